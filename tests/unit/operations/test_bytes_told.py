"""Long work over a real tier tells its bytes: of each store, as many as there were."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scenarios.shop import Shop, new_shop
from seawall.model.manifest import Manifest
from seawall.operations.backup import back_up
from seawall.operations.drill import run_drill
from seawall.operations.recovery import Recovery
from seawall.operations.restore import restore_here


class Told:
    """The last number of bytes by what they belong to."""

    def __init__(self) -> None:
        self.bytes: dict[str, int] = {}

    def step(self, text: str) -> None:
        pass

    def advance(self, what: str, done_bytes: int) -> None:
        self.bytes[what] = max(done_bytes, self.bytes.get(what, 0))


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with new_shop() as running:
        running.fill(50)
        yield running


@pytest.fixture(scope="module")
def backup(shop: Shop) -> tuple[Manifest, Told]:
    told = Told()
    return back_up(shop.work, shop.vault, told), told


def sizes(manifest: Manifest, act: str) -> dict[str, int]:
    return {f"{act} {part.store}": part.stored_bytes for part in manifest.stores}


def test_a_backup_tells_what_it_stores_and_reads_back(backup: tuple[Manifest, Told]) -> None:
    manifest, told = backup
    assert told.bytes == sizes(manifest, "storing") | sizes(manifest, "reading back")


def test_a_drill_tells_what_it_checks_and_reads(shop: Shop, backup: tuple[Manifest, Told]) -> None:
    manifest, _ = backup
    told = Told()
    run_drill(Recovery(shop.work, shop.vault, manifest, told))
    checked = sizes(manifest, "checking")
    assert {what: told.bytes[what] for what in checked} == checked
    # Logs are read twice: to be examined, and to be replayed.
    assert all(told.bytes[what] >= size for what, size in sizes(manifest, "reading").items())


def test_a_restore_tells_what_it_reads(shop: Shop, backup: tuple[Manifest, Told]) -> None:
    manifest, _ = backup
    told = Told()
    restore_here(Recovery(shop.work, shop.vault, manifest, told), (), "shop", lambda _: None)
    assert set(told.bytes) == set(sizes(manifest, "reading"))
    assert all(done > 0 for done in told.bytes.values())
