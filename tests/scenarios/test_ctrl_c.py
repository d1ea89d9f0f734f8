"""Ctrl-C at any moment of any verb: it ends in order, leaves nothing, and the next run succeeds."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from scenarios import interruptions
from scenarios.interruptions import ACTS, break_off, left_behind, seeded
from scenarios.shop import Shop, new_shop

# Python dies by the signal itself at its exit, which is 130 to a shell too, when the interruption
# came while a text was executed, as `dataclasses` do on import.
INTERRUPTED = {128 + signal.SIGINT, -signal.SIGINT}


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with new_shop() as running:
        interruptions.prepare_shop(running)
        yield running


@pytest.fixture(scope="module")
def lengths(shop: Shop) -> dict[str, float]:
    return interruptions.measure(shop)


@pytest.mark.parametrize(("verb", "moment"), list(interruptions.cases(signal.SIGINT)))
def test_it_ends_in_order_and_the_next_run_succeeds(
    shop: Shop, lengths: dict[str, float], verb: str, moment: int
) -> None:
    act = ACTS[verb]
    act.prepare(shop)
    after = seeded(verb, moment, lengths[verb])
    ended = break_off(act.words, shop.folder, shop.environment, signal.SIGINT, after)
    assert ended.code in INTERRUPTED | {act.code}, ended.err
    assert "Traceback" not in ended.err
    assert "SW-BUG" not in ended.err
    assert left_behind(shop) == []
    again = shop.run(*act.words)
    assert again.returncode == act.code, again.stderr
    assert left_behind(shop) == []
    act.recover(shop)
    interruptions.refuse_damage(shop)
