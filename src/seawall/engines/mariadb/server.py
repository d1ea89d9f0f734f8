"""`server`: run one MariaDB on this machine, as the tier's own or as a mute copy."""

from __future__ import annotations

import json
import signal
from dataclasses import replace

from seawall.capabilities.server import RunTool, StartCommand
from seawall.engines.mariadb.mute import RESTORED, mute_options
from seawall.engines.mariadb.note import (
    LOGIN,
    LOGIN_HOST,
    NOTE,
    PRIVATE_HOST,
    PRIVATE_LOGIN,
    Note,
    read_note,
    write_note,
)
from seawall.engines.mariadb.programs import place_options, program_of
from seawall.engines.mariadb.quoting import password_hash, quote_account, quote_name, quote_text
from seawall.engines.mariadb.statements import statement
from seawall.model.location import Location
from seawall.model.place import Place

SOCKET = "s"
FIRST_STATEMENTS = "first.sql"
# What a durable server needs, and what keeps a small one small.
DURABLE = (
    "--log-bin=binlog",
    "--binlog-format=ROW",
    # Rows are logged, so it does not matter what a function does.
    "--log-bin-trust-function-creators=1",
    "--sync-binlog=1",
    "--innodb-flush-log-at-trx-commit=1",
    "--expire-logs-days=7",
    "--server-id=1",
)
# A copy that is thrown away is not worth waiting for the disk.
HASTY = (
    "--sync-binlog=0",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
)


_UNLIMITED = (
    "MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0"
    " MAX_USER_CONNECTIONS 0 MAX_STATEMENT_TIME 0"
)
_LOGIN = {"user": quote_text(LOGIN), "host": quote_text(LOGIN_HOST)}


class MariadbServer:
    """Makes and starts data folders."""

    def create(self, place: Place, run: RunTool) -> None:
        """Make an empty server; its first account is open to the machine's root alone."""
        initialize(place, run)
        write_note(place.data, Note())

    def command(self, place: Place) -> StartCommand:
        """Start the tier's own server; a restored one does not act as its original."""
        note = read_note(place.data)
        first = [
            f"CREATE DATABASE IF NOT EXISTS {quote_name(note.database)};",
            *_login(LOGIN, LOGIN_HOST, place),
        ]
        options = [*network_options(place), *DURABLE]
        if note.restored_from:
            options += mute_options(RESTORED)
        return start_command(place, note, options, first)

    def sandbox_command(self, place: Place) -> StartCommand:
        """Start a mute copy: see `mute.MUTE` for what is off, and all other accounts are locked."""
        note = read_note(place.data)
        options = [
            *network_options(place),
            *HASTY,
            *mute_options(),
            # Nothing is installed there: no engine that reaches other servers, no scheduler.
            f"--plugin-dir={place.run}",
            f"--secure-file-priv={place.run}",
        ]
        first = [
            *_login(LOGIN, LOGIN_HOST, place),
            *statement("lock_accounts").format(**_LOGIN).splitlines(),
            *_remember(note),
            "FLUSH PRIVILEGES;",
        ]
        # What is thrown away need not be written first, and nothing of it is left outside.
        return replace(start_command(place, note, options, first), stop_signal=signal.SIGKILL)

    def location(self, place: Place) -> Location:
        """The generated login on the loopback address."""
        note = read_note(place.data)
        return Location(
            scheme="mariadb",
            host="127.0.0.1",
            port=place.port,
            user=LOGIN,
            password=place.password,
            database=note.database,
        )


class MariadbClaim:
    """Nothing to do: each start makes the place's login before anybody is let in."""

    def claim(self, place: Place, details: tuple[tuple[str, str], ...]) -> None:
        """The password never comes from a backup."""


def initialize(place: Place, run: RunTool) -> None:
    """Make the system's tables at a place whose data folder is empty."""
    basedir = [option for option in place_options(place.programs) if "--basedir" in option]
    run(
        (
            str(program_of(place.programs, "mariadb-install-db")),
            "--no-defaults",
            *basedir,
            f"--datadir={place.data}",
            "--auth-root-authentication-method=socket",
            "--auth-root-socket-user=root",
            "--skip-test-db",
            "--skip-name-resolve",
        )
    )


def start_command(place: Place, note: Note, options: list[str], first: list[str]) -> StartCommand:
    """How to start a server that runs statements before it lets anybody in."""
    path = place.folder / FIRST_STATEMENTS
    settings = [f"--{name}={value}" for name, value in note.settings.items()]
    return StartCommand(
        argv=(
            str(program_of(place.programs, "mariadbd")),
            "--no-defaults",
            *place_options(place.programs),
            f"--datadir={place.data}",
            f"--socket={place.run / SOCKET}",
            f"--pid-file={place.run / 'pid'}",
            f"--init-file={path}",
            "--character-set-server=utf8mb4",
            "--max-allowed-packet=1G",
            "--innodb-buffer-pool-size=96M",
            *settings,
            *options,
        ),
        stop_signal=signal.SIGTERM,
        files=(
            (str(path), "\n".join(("SET SESSION sql_log_bin = 0;", *first, ""))),
            (str(place.data / NOTE), note.text()),
        ),
        locks=(str(place.run / SOCKET), str(place.run / "pid")),
    )


def network_options(place: Place) -> list[str]:
    """The loopback address alone."""
    return ["--bind-address=127.0.0.1", f"--port={place.port}"]


def private_first_statements(place: Place) -> list[str]:
    """The login of a server that only this user and the server's can reach, by its socket."""
    return _login(PRIVATE_LOGIN, PRIVATE_HOST, place)


def _login(user: str, host: str, place: Place) -> list[str]:
    account = quote_account(user, host)
    hashed = quote_text(password_hash(place.password))
    return [
        # The one that a backup is restored by goes with the first start after that.
        f"DROP USER IF EXISTS {quote_account(PRIVATE_LOGIN, PRIVATE_HOST)};",
        f"CREATE USER IF NOT EXISTS {account};",
        # A restored server may have had an account of this name, with limits of its own.
        f"ALTER USER {account} IDENTIFIED BY PASSWORD {hashed} REQUIRE NONE WITH {_UNLIMITED};",
        f"ALTER USER {account} PASSWORD EXPIRE NEVER ACCOUNT UNLOCK;",
        f"GRANT ALL PRIVILEGES ON *.* TO {account} WITH GRANT OPTION;",
    ]


def _remember(note: Note) -> list[str]:
    """Let whoever reads the copy know how it came to be."""
    known = json.dumps({"restored_from": note.restored_from, "unseen": note.unseen})
    remember = statement("remember_origin")
    return [remember.format(known=quote_text(known), **_LOGIN).strip()]
