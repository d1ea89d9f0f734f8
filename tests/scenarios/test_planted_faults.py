"""Faults with valid hashes: each is caught at L4 or L5, and survives with that level off."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg
import pytest
import redis

from scenarios.planting import altered_piece, pieces_from_a_clone
from scenarios.shop import Shop, new_shop
from seawall.model.drill import DrillReport, Level, State, Verdict
from seawall.model.manifest import Manifest
from seawall.model.progress import Silent
from seawall.model.target import Target
from seawall.operations.backup import back_up
from seawall.operations.drill import ALL_LEVELS, run_drill
from seawall.operations.recovery import Recovery

ORDERS = 300


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with new_shop() as running:
        running.fill(ORDERS)
        yield running


def backup(shop: Shop) -> Manifest:
    return back_up(shop.work, shop.vault, Silent())


def drill(shop: Shop, manifest: Manifest, *off: Level) -> DrillReport:
    return run_drill(Recovery(shop.work, shop.vault, manifest, Silent()), ALL_LEVELS - set(off))


def failed(report: DrillReport) -> set[str]:
    return {level.level for level in report.levels if level.state is State.FAILED}


def sql(target: Target, *statements: str) -> None:
    with psycopg.connect(target.location.url(), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


TAMPERED = {
    "a table silently empty": ("TRUNCATE lines",),
    "one row changed": ("UPDATE orders SET note = 'y' WHERE id = 7",),
    "one cent": ("UPDATE orders SET amount = amount + 0.01 WHERE id = 250",),
    "two rows exchanging a value": (
        "UPDATE orders SET note = 'first' WHERE id = 1",
        "UPDATE orders SET note = 'second' WHERE id = 2",
    ),
    "a lost role": ("DROP OWNED BY shop_app", "DROP ROLE shop_app"),
    "a lost grant": ("REVOKE INSERT ON orders FROM shop_app",),
    "a lost primary key": ("ALTER TABLE orders DROP CONSTRAINT orders_pkey",),
}
# Data and rights: one of each kind belongs to every run.
OFTEN = {"one row changed", "a lost grant"}


def test_without_a_planted_fault_the_drill_verifies(shop: Shop) -> None:
    manifest = backup(shop)
    report = drill(shop, manifest)
    assert report.verdict is Verdict.VERIFIED
    assert report.records_proven == sum(part.records for part in manifest.stores) >= 4 * ORDERS


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(name, marks=[] if name in OFTEN else [pytest.mark.slow], id=name)
        for name in TAMPERED
    ],
)
def test_a_fault_of_the_orders_is_caught_at_l4_and_by_nothing_else(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    with pieces_from_a_clone(
        shop, monkeypatch, "orders", lambda clone: sql(clone, *TAMPERED[fault])
    ):
        manifest = backup(shop)
    assert failed(drill(shop, manifest)) == {"L4"}
    assert failed(drill(shop, manifest, Level.L4)) == set()


def test_a_key_space_of_a_moment_earlier_is_caught_at_l4_and_at_l5(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take_back(clone: Target) -> None:
        place = clone.location
        with redis.Redis(place.host, place.port, password=place.password.reveal()) as keys:
            keys.delete("token:t300")

    with pieces_from_a_clone(shop, monkeypatch, "live", take_back):
        manifest = backup(shop)
    assert failed(drill(shop, manifest)) == {"L4", "L5"}
    assert failed(drill(shop, manifest, Level.L4)) == {"L5"}
    assert failed(drill(shop, manifest, Level.L4, Level.L5)) == set()


def without_last_write(stream: bytes) -> bytes:
    """Replace the last SET of the recorded stream by a PING of the same length."""
    command = re.compile(
        rb"\*3\r\n\$3\r\nSET\r\n\$\d+\r\n[^\r]+\r\n\$\d+\r\n[^\r]+\r\n", re.IGNORECASE
    )
    last = list(command.finditer(stream))[-1]
    room = len(last.group())
    for padding in range(room):
        ping = b"*2\r\n$4\r\nPING\r\n$%d\r\n%s\r\n" % (padding, b"x" * padding)
        if len(ping) == room:
            return stream[: last.start()] + ping + stream[last.end() :]
    raise AssertionError(room)


def test_a_dropped_log_record_is_caught_at_l4(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        shop.writers(),
        altered_piece(monkeypatch, "stream.aof", without_last_write),
    ):
        manifest = backup(shop)
    assert "L4" in failed(drill(shop, manifest))
    assert "L1" not in failed(drill(shop, manifest))
    assert failed(drill(shop, manifest, Level.L4, Level.L5)) == set()
