"""kill -9 at any moment of any verb: the next run succeeds, and nothing is left behind."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from scenarios import interruptions
from scenarios.interruptions import ACTS, break_off, left_behind, seeded
from scenarios.shop import Shop, new_shop
from servers.waiting import wait_until


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with new_shop() as running:
        interruptions.prepare_shop(running)
        yield running


@pytest.fixture(scope="module")
def lengths(shop: Shop) -> dict[str, float]:
    return interruptions.measure(shop)


@pytest.mark.parametrize(("verb", "moment"), list(interruptions.cases(signal.SIGKILL)))
def test_the_next_run_succeeds_and_nothing_is_left(
    shop: Shop, lengths: dict[str, float], verb: str, moment: int
) -> None:
    act = ACTS[verb]
    act.prepare(shop)
    after = seeded(verb, moment, lengths[verb])
    break_off(act.words, shop.folder, shop.environment, signal.SIGKILL, after)
    again = shop.run(*act.words)
    assert again.returncode == act.code, again.stderr
    # The killed command's keeper ends by itself when it has seen that nothing is left to clear.
    wait_until(lambda: left_behind(shop) == [])
    act.recover(shop)
    interruptions.refuse_damage(shop)
