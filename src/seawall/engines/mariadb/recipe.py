"""How to open a backup with MariaDB's own programs: lines for bash, with what to choose."""

from __future__ import annotations

import shlex
from typing import Final

from seawall.engines.mariadb.base_backup import BASE, COUNTED
from seawall.engines.mariadb.binlog import LogPlace
from seawall.engines.mariadb.dump import ACCOUNTS, DUMP
from seawall.engines.mariadb.log import LOG_FOLDER
from seawall.engines.mariadb.mute import mute_options
from seawall.model.point import Cut

_SETTING: Final = "setting."
_CHOOSE: Final = """\
# PATH: the programs of MariaDB {versions}: mariadbd, mariadb, mariadb-backup and the others.
if [ "$(id -u)" = 0 ]; then
    echo 'MariaDB refuses to run as root: run this as an ordinary user.' >&2
    exit 1
fi
# Choose: DATA, a new folder with room for the data. SOCKET, a short path to a folder that only
# you can enter: whoever reaches the socket logs in without a password, and nothing else listens.
DATA=$PWD/data
SOCKET=$(mktemp -d)
# Programs that were unpacked elsewhere than they were made for lie beside their own files.
TREE=$(dirname "$(dirname "$(command -v mariadbd)")")/tree/usr
HERE=()
if [ -d "$TREE/share/mysql" ]; then
    HERE=("--basedir=$TREE" "--lc-messages-dir=$TREE/share/mysql")
fi
"""
_UNPACK: Final = f"""\
# Those in earlier/ come first: one is whole, and each of the others holds what changed since.
for PIECE in earlier/*/{BASE} {BASE}; do
    [ -e "$PIECE" ] || continue
    if [ ! -e "$DATA" ]; then
        mkdir -m 700 "$DATA"
        mbstream -x -C "$DATA" < "$PIECE"
        mariadb-backup --no-defaults --prepare "--target-dir=$DATA"
    else
        mkdir -m 700 "$DATA.changes"
        mbstream -x -C "$DATA.changes" < "$PIECE"
        mariadb-backup --no-defaults --prepare "--target-dir=$DATA" "--incremental-dir=$DATA.changes"
        rm -r "$DATA.changes"
    fi
done
"""
_START: Final = """\
# The server acts on nothing outside of its folders. It is given a login of its own.
cat > "$SOCKET/first.sql" <<'END'
CREATE USER IF NOT EXISTS seawall_private@localhost;
ALTER USER seawall_private@localhost IDENTIFIED BY '' ACCOUNT UNLOCK;
GRANT ALL PRIVILEGES ON *.* TO seawall_private@localhost WITH GRANT OPTION;
END
mariadbd --no-defaults ${{HERE[@]+"${{HERE[@]}}"}} "--datadir=$DATA" "--socket=$SOCKET/s" \\
    "--pid-file=$SOCKET/pid" "--init-file=$SOCKET/first.sql" --skip-networking \\
    --max-allowed-packet=1G {options} \\
    > "$PWD/server.log" 2>&1 &
until mariadb --no-defaults "--socket=$SOCKET/s" -u seawall_private -e 'SELECT 1' > /dev/null 2>&1; do
    kill -0 $! || {{ tail "$PWD/server.log" >&2; exit 1; }}
    sleep 0.1
done
"""
_LOAD: Final = 'mariadb --no-defaults "--socket=$SOCKET/s" -u seawall_private --binary-mode'
_TELL: Final = """\
echo "It answers: mariadb --no-defaults -S $SOCKET/s" {login}
echo "To stop it: kill $(cat "$SOCKET/pid")"
"""


def base_recipe(cut: Cut, details: dict[str, str]) -> str:
    """Unpack the base, prepare it, start, replay."""
    series = ".".join(details["server_version"].split(".")[:2])
    start, end = LogPlace.parse(details["log_start"]), LogPlace.parse(cut.position.text)
    return (
        _CHOOSE.format(versions=f"{series}, no other series")
        + _UNPACK
        + _start(details, replay_options(details))
        + "# Replay up to the point and not one event further.\n"
        f"mariadb-binlog --no-defaults --start-position={start.offset}"
        f" --stop-position={end.offset} {LOG_FOLDER}/* \\\n    | {_LOAD}\n"
        f"[ ! -e {COUNTED} ] || {_LOAD} < {COUNTED}\n" + _tell(details)
    )


def dump_recipe(details: dict[str, str]) -> str:
    """Make an empty server, then load the scripts."""
    return (
        _CHOOSE.format(versions=f"{details['server_version']} or newer")
        + 'mariadb-install-db --no-defaults ${HERE[0]+"${HERE[0]}"} "--datadir=$DATA" \\\n'
        "    --auth-root-authentication-method=socket --skip-test-db > install.log\n"
        + _start(details, [])
        + f"{_LOAD} < {DUMP}\n{_LOAD} < {ACCOUNTS}\n"
        + _tell(details)
    )


def replay_options(details: dict[str, str]) -> list[str]:
    """Changes of rows that the server forgot when it was stopped are passed over."""
    is_lenient = details["replays_past_missing_rows"] == "yes"
    return ["--slave-exec-mode=IDEMPOTENT"] if is_lenient else []


def _start(details: dict[str, str], options: list[str]) -> str:
    settings = [
        f"--{name.removeprefix(_SETTING)}={value}"
        for name, value in details.items()
        if name.startswith(_SETTING)
    ]
    words = (shlex.quote(word) for word in (*settings, *options, *mute_options()))
    return _START.format(options=" \\\n    ".join(words))


def _tell(details: dict[str, str]) -> str:
    return _TELL.format(login=shlex.quote(f"-u seawall_private {shlex.quote(details['database'])}"))
