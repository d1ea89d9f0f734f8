"""Two of a verb at once: one set of servers, one backup, and clear words for the one too many."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scenarios.interruptions import left_behind, strangers
from scenarios.shop import Shop, new_shop
from seawall.operations.up import destroy_tier, stop_tier

REFUSED = 4


@pytest.fixture
def shop() -> Iterator[Shop]:
    with new_shop() as running:
        yield running


def two_ups(shop: Shop) -> list[int]:
    """Start two at once; their exit codes."""
    with shop.start("up") as first, shop.start("up") as second:
        ended = [(each.communicate()[1], each.returncode) for each in (first, second)]
    for err, code in ended:
        assert code in {0, REFUSED}, err
        assert code != REFUSED or "SW-TIER-001" in err
    return sorted(code for _, code in ended)


def test_two_ups_of_stopped_servers_start_one_set(shop: Shop) -> None:
    shop.fill(50)
    stop_tier(shop.work, ())
    assert two_ups(shop)[0] == 0
    assert strangers(shop) == []
    with shop.sql() as sql, shop.keys() as keys:
        assert sql.execute("SELECT count(*) FROM orders").fetchone() == (50,)
        assert keys.exists("order:50")
    assert shop.run("up").returncode == 0


def test_two_ups_of_a_new_tier_create_one_set(shop: Shop) -> None:
    destroy_tier(shop.work, ())
    assert two_ups(shop)[0] == 0
    assert strangers(shop) == []
    shop.fill(50)
    assert shop.run("backup").returncode == 0
    assert left_behind(shop) == []
