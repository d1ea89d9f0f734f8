"""What a backup of this row consists of, by whichever method: two pieces, and what is told of them."""

from __future__ import annotations

from typing import Final

from seawall.engines.redis.client import RedisClient
from seawall.engines.redis.rdb import RdbHead
from seawall.engines.redis.settings import DataSettings, read_setting
from seawall.model.position import Position

BASE: Final = "dump.rdb"
STREAM: Final = "stream.aof"

Details = tuple[tuple[str, str], ...]


def parse_position(position: Position) -> tuple[str, int]:
    """(replication id, offset)."""
    replication_id, _, offset = position.text.partition(":")
    return replication_id, int(offset)


def describe(
    client: RedisClient,
    settings: DataSettings,
    head: RdbHead,
    base: tuple[str, int],
    cut_offset: int,
) -> Details:
    """What the restore and the log check must know.

    Args:
        client: Of the source.
        settings: The source's.
        head: Of the payload.
        base: Replication id and offset of the payload; the stream leads from there to the cut.
        cut_offset: Where the stream ends.
    """
    replication_id, base_offset = base
    return (
        ("product", client.server.product),
        ("version", client.server.version),
        ("replication_id", replication_id),
        ("base_offset", str(base_offset)),
        ("cut_offset", str(cut_offset)),
        ("rdb_version", str(head.version)),
        ("stream_database", str(head.database)),
        ("databases", str(settings.databases)),
        ("maxmemory_policy", read_setting(client, "maxmemory-policy")),
    )
