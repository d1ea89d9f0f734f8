"""A ledger's own drill catches its own planted fault."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from architecture.toy.seed import SEED
from scenarios.planting import altered_piece
from scenarios.shop import Shop, new_shop
from seawall.model.drill import DrillReport, Level, State, Verdict
from seawall.model.manifest import Manifest
from seawall.model.progress import Silent
from seawall.operations.backup import back_up
from seawall.operations.drill import ALL_LEVELS, run_drill
from seawall.operations.recovery import Recovery


@pytest.fixture
def shop() -> Iterator[Shop]:
    with new_shop("stores: {book: {engine: ledger}}\n") as running:
        (store,) = running.work.choose(("book",))
        SEED.fill(running.work.target(store), 50)
        yield running


def drill(shop: Shop, manifest: Manifest, *off: Level) -> DrillReport:
    return run_drill(Recovery(shop.work, shop.vault, manifest, Silent()), ALL_LEVELS - set(off))


def failed(report: DrillReport) -> set[str]:
    return {level.level for level in report.levels if level.state is State.FAILED}


def test_a_record_that_is_lost_before_framing_is_caught_at_l4_and_by_nothing_else(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert drill(shop, back_up(shop.work, shop.vault, Silent())).verdict is Verdict.VERIFIED
    with altered_piece(
        monkeypatch, "entries.jsonl", lambda piece: b"".join(piece.splitlines(keepends=True)[1:])
    ):
        manifest = back_up(shop.work, shop.vault, Silent())
    assert failed(drill(shop, manifest)) == {"L4"}
    assert failed(drill(shop, manifest, Level.L4)) == set()
