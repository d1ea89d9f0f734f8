"""`transfer`: a whole store copied into another server's empty one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from seawall.capabilities import COLLECTIONS, FINGERPRINT, TRANSFER
from seawall.capability import Engine
from seawall.model.fingerprint import compare
from seawall.model.target import Target
from seawall.servers.local import LocalServer
from servers.real import surroundings, temporary_home
from servers.seed import Seed

COLUMN = TRANSFER
KEY = bytes(32)


@pytest.fixture
def other(engine: Engine[Any], seed: Seed) -> Iterator[Target]:
    with temporary_home() as home:
        yield LocalServer(engine, "other", home, surroundings(), seed.patterns).up()


def test_the_copy_equals_the_original(
    engine: Engine[Any], client: Any, target: Target, seed: Seed, other: Target
) -> None:
    seed.fill(target, 500)
    there = engine.connect(other)
    engine.require(TRANSFER, client).copy_into(there)
    original = engine.require(FINGERPRINT, client).take(KEY)
    copied = engine.require(FINGERPRINT, there).take(KEY)
    there.close()
    assert compare(original, copied, 0).differences == ()


def test_clearing_leaves_an_empty_store(
    engine: Engine[Any], client: Any, target: Target, seed: Seed
) -> None:
    seed.fill(target, 20)
    engine.require(TRANSFER, client).clear()
    assert engine.require(COLLECTIONS, client).is_empty()
