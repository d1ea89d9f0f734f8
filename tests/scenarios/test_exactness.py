"""What the exactness rests on: take a part away, and a drill finds out."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from scenarios.shop import Shop, new_shop
from seawall.engines.postgres.base_backup import BaseSession, CertifiedCut
from seawall.model.drill import DrillReport, State, Verdict
from seawall.model.progress import Silent
from seawall.operations.backup import back_up
from seawall.operations.drill import run_drill
from seawall.operations.recovery import Recovery

TRIALS = 20
GAP_SECONDS = 0.02


@pytest.fixture
def shop() -> Iterator[Shop]:
    with new_shop() as running:
        running.fill(100)
        yield running


def drill_under_load(shop: Shop) -> DrillReport:
    with shop.writers():
        manifest = back_up(shop.work, shop.vault, Silent())
    return run_drill(Recovery(shop.work, shop.vault, manifest, Silent()))


def failed(report: DrillReport) -> set[str]:
    return {level.level for level in report.levels if level.state is State.FAILED}


@pytest.mark.slow
def test_drills_of_backups_under_load_raise_no_alarm(shop: Shop) -> None:
    for _ in range(5):
        report = drill_under_load(shop)
        assert report.verdict is Verdict.VERIFIED, report.levels


@pytest.mark.slow
def test_without_the_hold_a_drill_finds_dangling_links(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stores cut one after another, some milliseconds apart, promise each other nothing."""
    take = CertifiedCut.take

    def late(cut: CertifiedCut) -> None:
        take(cut)
        time.sleep(GAP_SECONDS)

    monkeypatch.setattr(CertifiedCut, "take", late)
    monkeypatch.setattr("seawall.operations.backup.choose_fences", lambda _: {})
    report = drill_under_load(shop)
    assert report.point.grade.value == "marked"
    dangling = {link.link: link.broken_before + link.broken_by_restore for link in report.links}
    assert dangling["live.order.id -> orders.orders.id"] > 0


@pytest.mark.slow
def test_a_plain_restore_point_gives_other_content_than_the_snapshot(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of the log after a snapshot is no exact cut of it: commits lie in between."""
    monkeypatch.setattr(BaseSession, "certified_place", lambda *words: words[-1])
    for _ in range(TRIALS):
        if "L4" in failed(drill_under_load(shop)):
            return
    pytest.fail(f"{TRIALS} plain restore points equalled their snapshots")
