"""A tier with MariaDB in it: held while the others are cut, and its drill catches planted faults."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from engines.mariadb.seed import run_sql
from scenarios.planting import altered_piece, pieces_from_a_clone
from scenarios.shop import Shop, new_shop
from seawall.engines.mariadb import base_backup
from seawall.model.drill import DrillReport, Level, State, Verdict
from seawall.model.manifest import Manifest
from seawall.model.point import Grade
from seawall.model.progress import Silent
from seawall.model.target import Target
from seawall.operations.backup import back_up
from seawall.operations.drill import ALL_LEVELS, run_drill
from seawall.operations.recovery import Recovery
from servers.real import missing_engines

FILE = """
version: 1
app: stock
stores:
  stock: {engine: mariadb}
  orders: {engine: postgres}
links:
  - {every: orders.orders.item, exists_in: stock.items.id}
"""
pytestmark = pytest.mark.skipif("mariadb" in missing_engines(), reason="no programs of mariadb")


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with new_shop(FILE) as running:
        run_sql(
            stock(running),
            "CREATE TABLE items (id int PRIMARY KEY, pieces int, KEY (pieces));"
            "INSERT INTO items SELECT seq, seq % 7 FROM seq_1_to_300",
        )
        with running.sql() as sql:
            sql.execute("CREATE TABLE orders (id serial PRIMARY KEY, item bigint)")
        yield running


def stock(shop: Shop) -> Target:
    (store,) = shop.work.choose(("stock",))
    return shop.work.target(store)


@contextmanager
def writers(shop: Shop) -> Iterator[None]:
    """An item in MariaDB before each order of it in PostgreSQL."""
    stop, going = threading.Event(), threading.Event()

    def write() -> None:
        number = 1000
        with shop.sql() as sql:
            while not stop.is_set():
                number += 1
                run_sql(stock(shop), f"REPLACE INTO items VALUES ({number}, 1)")
                sql.execute("INSERT INTO orders (item) VALUES (%s)", (number,))
                going.set()

    thread = threading.Thread(target=write)
    thread.start()
    assert going.wait(30)
    try:
        yield
    finally:
        stop.set()
        thread.join()


def drill(shop: Shop, manifest: Manifest, *off: Level) -> DrillReport:
    return run_drill(Recovery(shop.work, shop.vault, manifest, Silent()), ALL_LEVELS - set(off))


def failed(report: DrillReport) -> set[str]:
    return {level.level for level in report.levels if level.state is State.FAILED}


def test_a_point_over_both_stores_is_fenced_and_its_drill_verified(shop: Shop) -> None:
    with writers(shop):
        manifest = back_up(shop.work, shop.vault, Silent())
    assert manifest.point.grade is Grade.FENCED
    assert {part.method for part in manifest.stores} >= {base_backup.METHOD}
    report = drill(shop, manifest)
    assert report.verdict is Verdict.VERIFIED
    assert failed(report) == set()


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM items WHERE id = 7",
        pytest.param("UPDATE items SET pieces = pieces + 1 WHERE id = 7", marks=pytest.mark.slow),
    ],
)
def test_a_record_that_is_lost_or_changed_before_framing_is_caught_at_l4_and_by_nothing_else(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    def tamper(clone: Target) -> None:
        run_sql(clone, damage)

    with pieces_from_a_clone(shop, monkeypatch, "stock", tamper):
        manifest = back_up(shop.work, shop.vault, Silent())
    assert failed(drill(shop, manifest)) == {"L4"}
    assert failed(drill(shop, manifest, Level.L4)) == set()


def flip(piece: bytes) -> bytes:
    return piece[:-30] + bytes([piece[-30] ^ 1]) + piece[-29:]


@pytest.mark.parametrize(
    ("alter", "level"), [(flip, "L1"), (lambda piece: piece[:-31], "L1")], ids=["flip", "cut"]
)
def test_a_log_that_is_damaged_before_framing_is_caught_at_l1(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, alter: Callable[[bytes], bytes], level: str
) -> None:
    run_sql(stock(shop), "FLUSH BINARY LOGS")
    ((name, *_),) = run_sql(stock(shop), "SHOW MASTER STATUS")
    stem, number = name.split(".")
    following = f"binlog/{stem}.{int(number) + 1:06d}"
    with altered_piece(monkeypatch, following, alter):
        manifest = back_up(shop.work, shop.vault, Silent())
    assert level in failed(drill(shop, manifest))
