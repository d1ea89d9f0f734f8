"""Redis' and Valkey's content for the conformance suite."""

from __future__ import annotations

import redis

from seawall.model.target import Target
from servers.seed import Seed


def _connect(target: Target) -> redis.Redis:
    place = target.location
    return redis.Redis(
        place.host, place.port, username=place.user or None, password=place.password.reveal()
    )


def fill(target: Target, records: int) -> None:
    with _connect(target) as server, server.pipeline(transaction=False) as pipe:
        for number in range(1, records + 1):
            values = {"parent": number} if number % 2 else {"even": 1}
            pipe.hset(f"filled:{number}", mapping=values | {"note": f"note {number}"})
        pipe.set("text", "é🌊")
        pipe.set(b"\xff\x00", b"\x00\xff")
        pipe.rpush("list", "a", "a", "")
        pipe.sadd("set", *range(600))
        pipe.zadd("scores", {"low": -0.0, "high": 1e300, "least": float("-inf")})
        pipe.xadd("stream", {"a": 1}, id="1-1")
        pipe.xgroup_create("stream", "readers", id="0")
        pipe.setex("session:1", 3600, "soon gone")
        pipe.execute()


def add(target: Target, number: int) -> None:
    with _connect(target) as server:
        server.hset(f"filled:{number}", "note", "more")


def change(target: Target) -> None:
    with _connect(target) as server:
        server.hset("filled:3", "note", "changed")


def remove(target: Target, number: int) -> None:
    with _connect(target) as server:
        server.delete(f"filled:{number}")


SEED = Seed((("filled", "filled:{id}"),), fill, add, change, remove, "filled")
