"""`fence`: writers wait while it holds, and never longer than its budget."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from seawall.capabilities import FENCE, RECORDS
from seawall.capability import Engine
from seawall.errors import RefusedError
from seawall.model.target import Target
from servers.seed import Seed

COLUMN = FENCE


def test_no_write_is_acknowledged_during_the_hold(
    engine: Engine[Any], client: Any, target: Target, seed: Seed
) -> None:
    seed.fill(target, 1)
    acknowledged: list[float] = []

    def write() -> None:
        seed.add(target, 2)
        acknowledged.append(time.monotonic())

    with engine.require(FENCE, client).prepare() as fence:
        with fence.hold(5000):
            writer = threading.Thread(target=write)
            writer.start()
            writer.join(0.3)
            keys = engine.require(RECORDS, client).read_keys(seed.collection, ("id",))
            assert [key.values for key in keys] == [("1",)]
            released = time.monotonic()
        writer.join(20)
    assert acknowledged[0] >= released


def test_a_store_that_changed_while_it_should_have_been_held_is_noticed(
    engine: Engine[Any], client: Any, target: Target, seed: Seed
) -> None:
    """The server lets writers go when the budget is over, whatever became of us."""
    seed.fill(target, 1)
    with (
        engine.require(FENCE, client).prepare() as fence,
        pytest.raises(RefusedError) as caught,
        fence.hold(50),
    ):
        seed.add(target, 2)
    assert caught.value.code == "SW-BACKUP-011"


def test_an_error_inside_releases_the_writers(
    engine: Engine[Any], client: Any, target: Target, seed: Seed
) -> None:
    seed.fill(target, 1)
    with (
        engine.require(FENCE, client).prepare() as fence,
        pytest.raises(KeyError),
        fence.hold(60_000),
    ):
        raise KeyError
    seed.add(target, 2)
