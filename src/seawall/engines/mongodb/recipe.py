"""How to open a backup with nothing but MongoDB's own programs."""

from __future__ import annotations

import json
import shlex
from typing import Final

from seawall.engines.mongodb.names import CATALOG, DATA, METADATA
from seawall.model.point import Cut

LAY_OUT: Final = """\
# Names of pieces become mongodump's file names: `=25` stands for the byte `%`.
DUMP=$PWD/dump
mkdir -p "$DUMP"
{aliases}\
find . -path ./dump -prune -o -type f \\( -name '*{data}' -o -name '*{metadata}' \\) -print | while IFS= read -r piece; do
    file=$(printf '%b' "$(printf '%s' "${{piece#./}}" | sed 's/=/\\\\x/g')")
    mkdir -p "$(dirname "$DUMP/$file")"
    mv "$piece" "$DUMP/$file"
done
"""
START: Final = """\
# PATH: mongod {version} or a newer one, mongosh and mongorestore.
# Choose: DATA, a new folder with room for the data. SOCKET, a short path to a folder that only
# you can enter: whoever reaches the socket needs no password, and no port is opened to others.
DATA=$PWD/data
SOCKET=$(mktemp -d)
PORT=27117
mkdir -m 700 "$DATA"
mongod --dbpath "$DATA" --bind_ip 127.0.0.1 --port "$PORT" --unixSocketPrefix "$SOCKET" \\
    --replSet seawall --setParameter ttlMonitorEnabled=false --fork \\
    --logpath "$DATA/server.log" --pidfilepath "$DATA/server.pid"
URL="mongodb://127.0.0.1:$PORT/?directConnection=true"
mongosh --quiet "$URL" --eval \\
    "rs.initiate({{_id: 'seawall', members: [{{_id: 0, host: '127.0.0.1:$PORT'}}]}})"
mongosh --quiet "$URL" --eval 'while (!db.hello().isWritablePrimary) sleep(100)'
mongorestore --uri "$URL" {replay}--bypassDocumentValidation --stopOnError "$DUMP"
echo "It answers: mongosh $URL"
echo "To stop it: mongod --dbpath $DATA --shutdown"
"""


def write_recipe(cut: Cut, told: dict[str, str]) -> str:
    """Lay the pieces out as mongodump does, start a server, load them.

    `cut` is where the oplog ends: nothing more is replayed.
    """
    del cut
    aliases: dict[str, str] = json.loads(told.get("long_names", "{}"))
    moved = "".join(_move(alias, stem) for alias, stem in aliases.items())
    has_log = "log_entries" in told
    lay_out = LAY_OUT.format(aliases=moved, data=DATA, metadata=METADATA)
    start = START.format(version=told["version"], replay="--oplogReplay " if has_log else "")
    if has_log:
        lay_out += f"# {CATALOG} is Seawall's own: what the store was made of at the cut.\n"
    return lay_out + start


def _move(alias: str, stem: str) -> str:
    folder = shlex.quote(f"dump/{stem.rpartition('/')[0]}")
    lines = [f"mkdir -p {folder}\n"]
    for ending in (DATA, METADATA):
        old, new = shlex.quote(alias + ending), shlex.quote(f"dump/{stem}{ending}")
        lines.append(f"if [ -e {old} ]; then mv {old} {new}; fi\n")
    return "".join(lines)
