"""A server or the repository's disk is lost in mid-backup: one clear error, nothing half-written."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from faults.objects import FaultyObjects, Moment
from scenarios.interruptions import left_behind, prepare_shop, refuse_damage
from scenarios.shop import Shop, new_shop
from seawall.errors import SeawallError
from seawall.model.progress import Silent
from seawall.operations.backup import back_up
from seawall.repository import folder
from servers.real import kill

UNREACHABLE = 3
# Which connection notices first is up to the machine: the copy, the log or a question.
LOST = {"SW-CONNECT-001", "SW-POSTGRES-007", "SW-REDIS-005"}


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with new_shop() as running:
        prepare_shop(running)
        with running.keys() as keys:  # more than one chunk, so that a copy has a middle
            for number in range(64):
                keys.set(f"session:{number}", os.urandom(2**16))
        yield running


def refuse_traces(shop: Shop, before: list[str]) -> None:
    """What failed is no backup; the next run succeeds, and the older backups are right."""
    assert [manifest.id for manifest in shop.vault.manifests()] == before
    assert left_behind(shop) == []
    assert shop.vault.verify().faults == ()
    assert shop.run("up").returncode == 0
    again = shop.run("backup")
    assert again.returncode == 0, again.stderr
    refuse_damage(shop)


@pytest.mark.parametrize(
    ("store", "piece"),
    [("orders", "/orders/base"), ("orders", "/orders/wal/"), ("live", "/live/")],
)
def test_a_server_killed_while_its_pieces_are_copied(shop: Shop, store: str, piece: str) -> None:
    before = [manifest.id for manifest in shop.vault.manifests()]
    (lost,) = shop.work.choose((store,))
    server = shop.work.local(lost)
    objects = FaultyObjects(
        shop.vault.objects, on=piece, moment=Moment.DURING, strike=lambda: kill(server)
    )
    with pytest.raises(SeawallError) as caught:
        back_up(shop.work, replace(shop.vault, objects=objects), Silent())
    assert objects.at, "the piece was never stored"
    assert caught.value.exit_code == UNREACHABLE, caught.value
    assert store in str(caught.value)
    assert caught.value.code in LOST
    refuse_traces(shop, before)


@pytest.mark.parametrize(
    "upload",
    [
        "~orders~base",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("~live~", "~_tier~")),
        "manifests~",
    ],
)
def test_a_full_disk(shop: Shop, monkeypatch: pytest.MonkeyPatch, upload: str) -> None:
    """The disk says so when a file is written through, as file systems that allocate late do.

    A small file system of the test's own would need the right to mount one.
    """
    before = [manifest.id for manifest in shop.vault.manifests()]
    struck: list[str] = []
    write_through = folder._sync_file

    def fill_up(path: Path) -> None:
        if upload in path.name:
            struck.append(path.name)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write_through(path)

    with monkeypatch.context() as patch:
        patch.setattr(folder, "_sync_file", fill_up)
        with pytest.raises(SeawallError) as caught:
            back_up(shop.work, shop.vault, Silent())
    assert struck
    assert (caught.value.code, caught.value.exit_code) == ("SW-REPOSITORY-003", UNREACHABLE)
    assert "no space left" in caught.value.happened
    refuse_traces(shop, before)
