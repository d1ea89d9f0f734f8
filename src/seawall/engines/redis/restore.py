"""Rebuild a server from its RDB payload and recorded stream."""

from __future__ import annotations

from typing import Final

from seawall.capabilities.restore import Pieces
from seawall.capabilities.server import RunTool
from seawall.engines.redis.backup import BASE, STREAM, parse_position
from seawall.engines.redis.client import RedisClient
from seawall.engines.redis.settings import DataSettings
from seawall.engines.redis.versions import can_read, find_product
from seawall.errors import FindingsError, RefusedError
from seawall.model.place import Place
from seawall.model.point import Cut

# An append-only file in two parts, as every server since 7.0 writes and reads it: the payload as
# its base, the stream behind it. Only as part of such a file are expired keys loaded: a plain RDB
# file that a primary loads loses them, and then a PERSIST in the stream would lose a living key.
FOLDER: Final = "appendonlydir"
BASE_FILE: Final = "appendonly.aof.1.base.rdb"
STREAM_FILE: Final = "appendonly.aof.1.incr.aof"
LIST_FILE: Final = "appendonly.aof.manifest"
LIST: Final = f"file {BASE_FILE} seq 1 type b\nfile {STREAM_FILE} seq 1 type i\n"


class RedisRestore:
    """Writes an append-only file; a start stops exactly at its end."""

    def build(
        self,
        pieces: Pieces,
        place: Place,
        cut: Cut,
        details: tuple[tuple[str, str], ...],
        run: RunTool,  # noqa: ARG002 - no program is needed
    ) -> None:
        """Lay out payload and stream.

        Raises:
            RefusedError: SW-REDIS-009 when the programs here cannot read the payload.
            FindingsError: SW-REDIS-010 when the pieces do not end at the cut.
        """
        told = dict(details)
        _refuse_unreadable(place, told)
        _, offset = parse_position(cut.position)
        size = offset - int(told["base_offset"])
        DataSettings.from_details(details).write(place)
        folder = place.data / FOLDER
        folder.mkdir(mode=0o700)
        with (folder / BASE_FILE).open("wb") as file:
            file.writelines(pieces.read(BASE))
        with (folder / STREAM_FILE).open("wb") as file:
            written = sum(file.write(chunk) for chunk in pieces.read(STREAM))
        (folder / LIST_FILE).write_text(LIST)
        if written != size:
            raise FindingsError(
                "SW-REDIS-010",
                attempted=f"restore store `{place.store}`",
                happened=f"{STREAM} has {written} bytes where {size} lead to the cut.",
                hint="Restore another backup; `seawall verify` shows which are whole.",
            )

    def load(self, pieces: Pieces, place: Place, client: RedisClient) -> None:
        """Nothing: the start has loaded all."""


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
