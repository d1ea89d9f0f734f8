"""What the shared suite writes into a Redis or Valkey store."""

from __future__ import annotations

import time

from seawall.engines.redis.client import RedisClient, connect
from seawall.model.target import Target
from servers.seed import Seed

HOUR_MS = 3_600_000


def fill(target: Target, records: int) -> None:
    client = connect(target)
    with client.wire() as wire:
        wire.pipeline([_write(number) for number in range(1, records + 1)])
        wire.pipeline(_every_type())
    if client.server.has_field_times:
        later = int(time.time() * 1000) + HOUR_MS
        client.call("HPEXPIREAT", "types:hash", later, "FIELDS", 1, "\u00e9")
    if client.server.release >= (7, 0):
        client.call("FUNCTION", "LOAD", "REPLACE", _LIBRARY)
    client.close()


def add(target: Target, number: int) -> None:
    _run(target, _write(number))


def change(target: Target) -> None:
    _run(target, ("HSET", "item:3", "name", "changed"))


def remove(target: Target, number: int) -> None:
    _run(target, ("DEL", f"item:{number}"))


def _write(number: int) -> tuple[str | int, ...]:
    parent = ("parent", number) if number % 2 else ()
    return ("HSET", f"item:{number}", "id", number, "name", f"name {number}", *parent)


def _every_type() -> list[tuple[bytes | str | int | float, ...]]:
    later = int(time.time() * 1000) + HOUR_MS
    return [
        ("SET", "types:text", "caf\u00e9"),
        ("SET", b"types:\xff\xfe", b"\x00\xff\r\n"),
        ("SET", "types:number", 12345678901234567890),
        ("SET", "types:expiring", "soon", "PXAT", later),
        ("SETBIT", "types:bits", 9000, 1),
        ("PFADD", "types:counter", "a", "b", "c"),
        ("HSET", "types:hash", "\u00e9", "1", "", "empty", "long", "x" * 100),
        ("RPUSH", "types:list", "b", "a", "", "b", 7),
        ("SADD", "types:numbers", *range(100)),
        ("SADD", "types:set", "a", "b", "1.0", ""),
        ("ZADD", "types:scores", 0.1, "a", "-inf", "b", 1e300, "c", 0.30000000000000004, "d"),
        ("GEOADD", "types:places", 13.361389, 38.115556, "Palermo"),
        ("XADD", "types:stream", "1-1", "field", "value"),
        ("XADD", "types:stream", "1-2", "field", "value", "other", ""),
        ("XGROUP", "CREATE", "types:stream", "readers", "0"),
        ("XREADGROUP", "GROUP", "readers", "one", "COUNT", 1, "STREAMS", "types:stream", ">"),
    ]


def _run(target: Target, command: tuple[str | int, ...]) -> None:
    client: RedisClient = connect(target)
    client.call(*command)
    client.close()


_LIBRARY = "#!lua name=seed\nredis.register_function('answer', function() return 42 end)"

SEED = Seed(
    patterns=(("item", "item:{id}"),),
    fill=fill,
    add=add,
    change=change,
    remove=remove,
    collection="item",
)
