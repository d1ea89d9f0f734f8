"""`fingerprint`: equal stores give equal numbers, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from seawall.capabilities import FINGERPRINT
from seawall.capability import Engine
from seawall.model.fingerprint import Fingerprint, compare
from seawall.model.target import Target
from servers.seed import Seed

COLUMN = FINGERPRINT
KEY = bytes(range(32))


def take(engine: Engine[Any], client: Any) -> Fingerprint:
    return engine.require(FINGERPRINT, client).take(KEY)


def test_it_repeats_itself_and_counts_every_record(
    engine: Engine[Any], client: Any, target: Target, seed: Seed
) -> None:
    seed.fill(target, 500)
    first, second = take(engine, client), take(engine, client)
    assert compare(first, second, 0).differences == ()
    (filled,) = [each for each in first.collections if each.name == seed.collection]
    assert filled.records == 500


@pytest.mark.parametrize("act", ["add", "change", "remove"])
def test_one_record_added_changed_or_removed_is_seen(
    engine: Engine[Any], client: Any, target: Target, seed: Seed, act: str
) -> None:
    seed.fill(target, 500)
    before = take(engine, client)
    acts: dict[str, Callable[[], None]] = {
        "add": lambda: seed.add(target, 501),
        "change": lambda: seed.change(target),
        "remove": lambda: seed.remove(target, 7),
    }
    acts[act]()
    (difference, *_) = compare(before, take(engine, client), 0).differences
    assert seed.collection in difference


def test_putting_a_removed_record_back_gives_the_first_fingerprint_again(
    engine: Engine[Any], client: Any, target: Target, seed: Seed
) -> None:
    seed.fill(target, 50)
    before = take(engine, client)
    seed.add(target, 51)
    seed.remove(target, 51)
    assert compare(before, take(engine, client), 0).differences == ()


def test_another_key_gives_other_totals(
    engine: Engine[Any], client: Any, target: Target, seed: Seed
) -> None:
    seed.fill(target, 5)
    one = take(engine, client)
    other = engine.require(FINGERPRINT, client).take(bytes(32))
    totals = [{b.total for c in each.collections for b in c.buckets} for each in (one, other)]
    assert not totals[0] & totals[1] - {"0" * 32}
