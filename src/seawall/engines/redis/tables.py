"""What the server tells of a database's table of keys: does a walk over it see each key once?

SCAN tells a key twice only while the table is being resized, and a resize changes its size: a
walk with the same size before and after has seen every key exactly once, if nobody writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seawall.engines.redis.client import RedisClient
from seawall.engines.redis.server import DEAD_PORT


@dataclass(frozen=True)
class Table:
    """What does not change while nobody writes and nothing is resized.

    Attributes:
        size: Memory of the table itself.
        lasting_keys: Keys that never expire, by the server's count.
        has_field_times: Whether fields of hashes expire.
    """

    size: tuple[Any, ...]
    lasting_keys: int
    has_field_times: bool


def read_table(client: RedisClient, database: int) -> Table:
    """The state of one database's table."""
    stats = client.call("MEMORY", "STATS")
    named = dict(zip(stats[::2], stats[1::2], strict=True))
    told = client.info("keyspace").get(f"db{database}", "")
    counts = dict(each.split("=") for each in told.split(",") if each)
    # Valkey's word, and Redis's.
    fields = counts.get("keys_with_volatile_items", counts.get("subexpiry", "0"))
    return Table(
        size=tuple(named.get(b"db.%d" % database, [])[:2]),
        lasting_keys=int(counts.get("keys", 0)) - int(counts.get("expires", 0)),
        has_field_times=int(fields) > 0,
    )


def is_frozen(client: RedisClient) -> bool:
    """Whether it is a copy of ours that nobody can write to."""
    info = client.info("replication")
    return info.get("role") == "slave" and info.get("master_port") == str(DEAD_PORT)
