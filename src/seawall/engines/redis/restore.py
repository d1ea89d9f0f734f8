"""Rebuild a server from its RDB payload and recorded stream."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from seawall.capabilities.restore import Pieces
from seawall.capabilities.server import RunTool
from seawall.engines.redis.client import RedisClient
from seawall.engines.redis.pieces import BASE, STREAM, Details, parse_position
from seawall.engines.redis.rdb import read_head
from seawall.engines.redis.replication import encode_command
from seawall.engines.redis.settings import DataSettings
from seawall.engines.redis.versions import can_read, find_product, parse_release
from seawall.errors import FindingsError, RefusedError
from seawall.model.place import Place
from seawall.model.point import Cut

# An append-only file: the payload as its base, the stream behind it. Only as part of such a file
# are expired keys loaded: a plain RDB file that a primary loads loses them, and then a PERSIST in
# the stream would lose a living key. Since 7.0 it is two files and a list, before it one file.
FOLDER: Final = "appendonlydir"
BASE_FILE: Final = "appendonly.aof.1.base.rdb"
STREAM_FILE: Final = "appendonly.aof.1.incr.aof"
LIST_FILE: Final = "appendonly.aof.manifest"
ONE_FILE: Final = "appendonly.aof"
FIRST_WITH_LIST: Final = (7, 0)
HEAD_BYTES: Final = 4096
LIST: Final = f"file {BASE_FILE} seq 1 type b\nfile {STREAM_FILE} seq 1 type i\n"

LAY_OUT: Final = f"""\
mkdir -m 700 "$DATA" "$DATA/{FOLDER}"
cp {BASE} "$DATA/{FOLDER}/{BASE_FILE}"
printf '{{select}}' | cat - {STREAM} > "$DATA/{FOLDER}/{STREAM_FILE}"
printf {LIST!r} > "$DATA/{FOLDER}/{LIST_FILE}"
"""
# A newer server makes a list of this file at its first start.
LAY_OUT_ONE_FILE: Final = f"""\
mkdir -m 700 "$DATA"
printf '{{select}}' | cat {BASE} - {STREAM} > "$DATA/{ONE_FILE}"
"""

RECIPE: Final = """\
# PATH: {product}-server {version}, or a newer one that reads its data.
# Choose: DATA, a new folder with room for the data. SOCKET, a short path to a folder that only
# you can enter: whoever reaches the socket needs no password, and no port is opened.
DATA=$PWD/data
SOCKET=$(mktemp -d)
{lay_out}\
# A primary: from here on it expires the keys whose time is over.
{product}-server --dir "$DATA" --appendonly yes --aof-load-truncated no \\
    --databases {databases} --port 0 --unixsocket "$SOCKET/socket" --unixsocketperm 700 \\
    --daemonize yes --pidfile "$DATA/server.pid" --logfile "$DATA/server.log"
echo "It answers, after LOADING: redis-cli -s $SOCKET/socket"
echo "To stop it: redis-cli -s $SOCKET/socket shutdown"
"""


class RedisRestore:
    """Writes an append-only file; a start stops exactly at its end."""

    def build(
        self,
        pieces: Pieces,
        place: Place,
        cut: Cut,
        details: Details,
        run: RunTool,  # noqa: ARG002 - no program is needed
    ) -> None:
        """Lay out payload and stream.

        Raises:
            RefusedError: SW-REDIS-009 when the programs here cannot read the payload.
            FindingsError: SW-REDIS-010 when the pieces do not end at the cut.
        """
        told = dict(details)
        _refuse_unreadable(place, told)
        DataSettings.from_details(details).write(place)
        base, stream = _make_files(place)
        with base.open("wb") as file:
            file.writelines(pieces.read(BASE))
        _refuse_foreign(place, base, told)
        with stream.open("ab") as file:
            file.write(encode_command("SELECT", told.get("stream_database", "0")))
            written = sum(file.write(chunk) for chunk in pieces.read(STREAM))
        _, offset = parse_position(cut.position)
        size = offset - int(told["base_offset"])
        if written != size:
            raise _mismatched(place, f"{STREAM} has {written} bytes where {size} lead to the cut")

    def load(self, pieces: Pieces, place: Place, client: RedisClient) -> None:
        """Nothing: the start has loaded all."""

    def recipe(self, cut: Cut, details: Details) -> str:
        """Lay out payload and stream by shell, and start on them."""
        del cut  # The stream ends at the cut.
        told = dict(details)
        select = encode_command("SELECT", told.get("stream_database", "0")).decode()
        lay_out = LAY_OUT if has_file_list(told["version"]) else LAY_OUT_ONE_FILE
        return RECIPE.format(
            product=told["product"],
            version=told["version"],
            lay_out=lay_out.format(select=select.replace("\r\n", "\\r\\n")),
            databases=DataSettings.from_details(details).databases,
        )


def has_file_list(version: str) -> bool:
    """Whether a server of this version keeps its append-only file as parts in a folder."""
    return parse_release(version) >= FIRST_WITH_LIST


def _make_files(place: Place) -> tuple[Path, Path]:
    """Where payload and stream go, which is one file for old programs."""
    if not has_file_list(place.programs.version):
        return place.data / ONE_FILE, place.data / ONE_FILE
    folder = place.data / FOLDER
    folder.mkdir(mode=0o700)
    (folder / LIST_FILE).write_text(LIST)
    return folder / BASE_FILE, folder / STREAM_FILE


def _refuse_unreadable(place: Place, details: dict[str, str]) -> None:
    written = int(details.get("rdb_version") or 0)
    preferred = details.get("product", "")
    product = find_product(place.programs, preferred)
    if not can_read(product, place.programs.version, written):
        raise RefusedError(
            "SW-REDIS-009",
            attempted=f"restore store `{place.store}`",
            happened=f"the programs here are {product} {place.programs.version}, the backup is of"
            f" {preferred} {details.get('version', '')} (RDB format {written}).",
            hint=f"Put a {preferred}-server of that version on the PATH, or set SEAWALL_PROVIDER"
            " to its folder.",
        )


def _refuse_foreign(place: Place, base: Path, details: dict[str, str]) -> None:
    """Refuse a payload that tells another origin than the manifest does."""
    with base.open("rb") as file:
        head = read_head(file.read(HEAD_BYTES))
    told = (details.get("replication_id", ""), int(details["base_offset"]))
    if head.replication_id and (head.replication_id, head.offset) != told:
        raise _mismatched(
            place,
            f"{BASE} is of {head.replication_id}:{head.offset}, the manifest tells"
            f" {told[0]}:{told[1]}",
        )


def _mismatched(place: Place, happened: str) -> FindingsError:
    return FindingsError(
        "SW-REDIS-010",
        attempted=f"restore store `{place.store}`",
        happened=f"{happened}.",
        hint="Restore another backup; `seawall verify` shows which are whole.",
    )
