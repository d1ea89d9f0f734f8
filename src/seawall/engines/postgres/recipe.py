"""How to open a backup with PostgreSQL's own programs: lines for bash, with what to choose."""

from __future__ import annotations

import shlex
from typing import Final

from seawall.engines.postgres.base_backup import BASE, LOG_FOLDER
from seawall.engines.postgres.dump import DUMP, GLOBALS
from seawall.engines.postgres.mute import RESTORED, mute_settings
from seawall.engines.postgres.quoting import quote_name
from seawall.engines.postgres.recovery import (
    LEFT_OUT,
    SET_ASIDE,
    SET_ASIDE_FOLDER,
    format_settings,
    needed_settings,
    recovery_settings,
)
from seawall.model.point import Cut

_CHOOSE: Final = """\
# PATH: the programs of PostgreSQL {versions}, such as /usr/lib/postgresql/{major}/bin.
if [ "$(id -u)" = 0 ]; then
    echo 'PostgreSQL refuses to run as root: run this as an ordinary user.' >&2
    exit 1
fi
# Choose: DATA, a new folder with room for the data. SOCKET, a short path to a folder that only
# you can enter: whoever reaches the socket logs in without a password, and nothing else listens.
DATA=$PWD/data
SOCKET=$(mktemp -d)
"""
_LISTEN: Final = """\
echo "unix_socket_directories = '$SOCKET'" >> "$DATA/postgresql.conf"
echo "listen_addresses = ''" >> "$DATA/postgresql.conf"
echo 'local all all trust' > "$DATA/pg_hba.conf"
: > "$DATA/pg_ident.conf"
"""
# It replays the whole log before it answers.
_START: Final = 'pg_ctl start -D "$DATA" -l "$PWD/server.log" -w -t 86400\n'


def base_recipe(cut: Cut, details: dict[str, str]) -> str:
    """Unpack the base, put the log beside it, say where to stop, start."""
    major = _major(details)
    kept = " ".join(SET_ASIDE)
    settings = needed_settings(details) | mute_settings(major, RESTORED) | recovery_settings(cut)
    return (
        _CHOOSE.format(versions=f"{major}, no other major version", major=major)
        + f'mkdir -m 700 "$DATA" "$DATA/{SET_ASIDE_FOLDER}"\n'
        f'tar -xf {BASE} -C "$DATA"\n'
        f'cp {LOG_FOLDER}/* "$DATA/pg_wal/"\n'
        "# The source's settings are kept, not used: this copy must not archive or replicate.\n"
        f"for file in {kept}; do\n"
        f'    [ ! -e "$DATA/$file" ] || mv "$DATA/$file" "$DATA/{SET_ASIDE_FOLDER}/"\n'
        "done\n"
        f'(cd "$DATA" && rm -f {" ".join(LEFT_OUT)})\n'
        "# Replay up to the point and not one record further.\n"
        "cat > \"$DATA/postgresql.conf\" <<'END'\n"
        f"{format_settings(settings)}"
        "END\n"
        'touch "$DATA/recovery.signal"\n' + _LISTEN + _START + _tell(details)
    )


def dump_recipe(details: dict[str, str]) -> str:
    """Make an empty cluster, create the roles, then the database with all it holds."""
    major, superuser = _major(details), details["superuser"]
    # The first superuser exists already, under whichever spelling the script has.
    created = [f"CREATE ROLE {name};" for name in (superuser, quote_name(superuser))]
    login = f'-h "$SOCKET" -U {shlex.quote(superuser)}'
    return (
        _CHOOSE.format(versions=f"{major} or newer", major=major)
        + f'initdb -D "$DATA" -U {shlex.quote(superuser)} -A trust -E UTF8 --locale=C\n'
        + _LISTEN
        + _START
        + f"grep -vxF {' '.join(f'-e {shlex.quote(each)}' for each in created)} {GLOBALS}"
        f" | psql -X -q -v ON_ERROR_STOP=1 {login} -d template1\n"
        f"pg_restore {login} -d template1 --create --clean --if-exists --exit-on-error"
        f" --no-tablespaces {DUMP}\n" + _tell(details)
    )


def _tell(details: dict[str, str]) -> str:
    superuser, database = (shlex.quote(details[name]) for name in ("superuser", "database"))
    return (
        f'echo "It answers: psql -h $SOCKET" {shlex.quote(f"-U {superuser} -d {database}")}\n'
        'echo "To stop it: pg_ctl stop -D $DATA"\n'
    )


def _major(details: dict[str, str]) -> int:
    return int(details["server_version"].split(".", maxsplit=1)[0])
