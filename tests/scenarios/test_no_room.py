"""Drill and restore on a disk without room: refused before, or undone; the tier stays as it was."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from scenarios.interruptions import left_behind, prepare_shop, refuse_damage
from scenarios.shop import Shop, new_shop
from seawall.errors import RefusedError
from seawall.model.progress import Silent
from seawall.operations.drill import run_drill
from seawall.operations.recovery import Recovery
from seawall.operations.restore import restore_here
from seawall.repository.pieces import StoredPieces


class Usage(NamedTuple):
    """What `shutil.disk_usage` tells of a disk with 10 MiB left."""

    total: int = 2**40
    used: int = 2**40 - 10 * 2**20
    free: int = 10 * 2**20


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with new_shop() as running:
        prepare_shop(running)
        yield running


def recovery(shop: Shop) -> Recovery:
    return Recovery(shop.work, shop.vault, shop.vault.manifest(""), Silent())


def restore(recovery: Recovery) -> None:
    restore_here(recovery, (), "shop", lambda _: None)


def drill(recovery: Recovery) -> None:
    run_drill(recovery)


@pytest.mark.parametrize("act", [drill, restore])
def test_without_room_nothing_is_begun(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, act: Callable[[Recovery], None]
) -> None:
    running = {store.name: shop.work.local(store).process for store in shop.work.tier.stores}
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: Usage())
        with pytest.raises(RefusedError) as caught:
            act(recovery(shop))
    assert (caught.value.code, caught.value.exit_code) == ("SW-RESTORE-003", 4)
    assert "10 MiB are free" in caught.value.happened
    assert left_behind(shop) == []
    assert running == {
        store.name: shop.work.local(store).process for store in shop.work.tier.stores
    }
    act(recovery(shop))


def test_a_disk_that_fills_while_restoring_costs_no_data(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill_up(pieces: StoredPieces, name: str) -> Iterator[bytes]:
        del pieces, name
        yield b""
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(StoredPieces, "read", fill_up)
        with pytest.raises(OSError, match="No space left on device"):
            restore(recovery(shop))
    assert left_behind(shop) == []
    refuse_damage(shop)
    restore(recovery(shop))
    refuse_damage(shop)
