"""The promise: a lost disk, a drill, a restore, and nothing overwritten that was not named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator

import pytest

from scenarios.shop import DANGLING_LINES, Shop, new_shop
from seawall.servers.local import DATA, LocalServer
from servers.real import kill, surroundings, temporary_home

ORDERS = 500


@pytest.fixture
def shop() -> Iterator[Shop]:
    with new_shop() as running:
        running.fill(ORDERS)
        yield running


def lose(shop: Shop, name: str) -> None:
    (store,) = shop.work.choose((name,))
    server = shop.work.local(store)
    kill(server)
    shutil.rmtree(server.folder / DATA)


def count(shop: Shop, table: str) -> int:
    with shop.sql() as sql:
        row = sql.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row
    return int(row[0])


def test_a_backup_under_load_is_drilled_and_comes_back_after_a_lost_disk(shop: Shop) -> None:
    with shop.writers():
        made = shop.run("backup", "-o", "json")
    assert made.returncode == 0, made.stderr
    lose(shop, "orders")
    drill = shop.run("drill", "-o", "json", "--report", "report")
    assert drill.returncode == 0, drill.stderr
    data = json.loads(drill.stdout)["data"]
    assert data["verdict"] == "verified"
    assert data["point"]["grade"] == "fenced"
    broken = {link["link"]: link["broken_before"] for link in data["links"]}
    assert broken["orders.lines.order_id -> orders.orders.id"] == DANGLING_LINES
    assert all(link["broken_by_restore"] == 0 for link in data["links"])
    assert {path.name for path in (shop.folder / "report").iterdir()} == {
        "report.md",
        "report.html",
        "report.json",
    }
    restored = shop.run("restore", "--confirm", "shop")
    assert restored.returncode == 0, restored.stderr
    links = {link["link"]: link["broken"] for link in shop.data("check")["links"]}
    assert links == {name: broken[name] for name in links}
    assert data["records_proven"] >= 4 * ORDERS


def test_up_never_puts_an_empty_server_in_a_lost_ones_place(shop: Shop) -> None:
    lose(shop, "orders")
    up = shop.run("up")
    assert up.returncode == 5  # the other store runs
    assert "SW-SERVER-009" in up.stderr


def test_a_server_with_data_is_replaced_only_after_its_name_was_confirmed(shop: Shop) -> None:
    assert shop.run("backup").returncode == 0
    with shop.sql() as sql:
        sql.execute("INSERT INTO orders VALUES (999999, 'late', 1, '')")
    refused = shop.run("restore", "--store", "orders")
    assert refused.returncode == 4
    assert "SW-TIER-005" in refused.stderr
    assert count(shop, "orders") == ORDERS + 1
    done = shop.run("restore", "--store", "orders", "--confirm", "orders")
    assert done.returncode == 0, done.stderr
    assert count(shop, "orders") == ORDERS


def test_restoring_one_store_tells_first_how_many_links_it_breaks(shop: Shop) -> None:
    assert shop.run("backup").returncode == 0
    with shop.sql() as sql, shop.keys() as keys:
        sql.execute("INSERT INTO orders VALUES (900000, null, 1, '')")
        keys.hset("order:900000", "state", "new")
    done = shop.run("restore", "--store", "orders", "--confirm", "orders", "-o", "json")
    assert done.returncode == 0, done.stderr
    links = {link["link"]: link["broken"] for link in json.loads(done.stdout)["data"]["links"]}
    assert links["live.order.id -> orders.orders.id"] == 1


def test_restoring_one_store_names_the_links_to_a_store_that_is_down(shop: Shop) -> None:
    assert shop.run("backup").returncode == 0
    lose(shop, "live")
    done = shop.run("restore", "--store", "orders", "--confirm", "orders", "-o", "json")
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)["data"]
    assert data["links"] == []
    assert {each["link"]: each["why"] for each in data["not_checked"]} == {
        "orders.orders.token -> live.token.id": "live is not reachable",
        "live.order.id -> orders.orders.id": "live is not reachable",
    }
    assert "live is not reachable" in done.stderr


@pytest.mark.parametrize("name", ["orders", pytest.param("live", marks=pytest.mark.slow)])
def test_a_store_is_restored_into_an_empty_server_and_not_into_a_full_one(
    shop: Shop, name: str
) -> None:
    assert shop.run("backup").returncode == 0
    (store,) = shop.work.choose((name,))
    engine = shop.work.engine(store)
    with temporary_home() as home:
        other = LocalServer(engine, "other", home, surroundings(), store.patterns).up()
        url = other.location.url()
        first = shop.run("restore", "--store", name, "--into", url)
        assert first.returncode == 0, first.stderr
        again = shop.run("restore", "--store", name, "--into", url)
        assert again.returncode == 4
        assert "SW-TIER-005" in again.stderr
        assert other.location.password.reveal() not in first.stdout + first.stderr + again.stderr
        third = shop.run("restore", "--store", name, "--into", url, "--confirm", name)
        assert third.returncode == 0, third.stderr


def test_two_backups_at_once_are_one_backup_and_one_clear_refusal(shop: Shop) -> None:
    both = [shop.start("backup") for _ in range(2)]
    said = [each.communicate() for each in both]
    codes = sorted(each.returncode for each in both)
    assert codes in ([0, 0], [0, 4]), said
    if codes == [0, 4]:
        assert "SW-TIER-001" in "".join(err for _, err in said)
    assert len(shop.data("backups")["backups"]) == codes.count(0)
    assert shop.run("verify").returncode == 0


def test_what_was_damaged_in_the_repository_is_named_by_verify_and_by_the_drill(
    shop: Shop,
) -> None:
    assert shop.run("backup").returncode == 0
    (piece,) = (shop.folder / ".seawall" / "repository").rglob("base.tar.zst.age")
    content = bytearray(piece.read_bytes())
    content[len(content) // 2] ^= 1
    piece.chmod(0o600)
    piece.write_bytes(bytes(content))
    verify = shop.run("verify")
    assert verify.returncode == 1
    assert "base.tar" in verify.stdout + verify.stderr
    drill = shop.run("drill", "-o", "json")
    assert drill.returncode == 1
    states = {
        (level["level"], level["store"]): level["state"]
        for level in json.loads(drill.stdout)["data"]["levels"]
    }
    assert states["L0", "orders"] == "failed"
    assert states["L0", "live"] == "passed"


def test_a_lost_key_is_noticed_by_the_next_backup_and_not_by_the_restore(shop: Shop) -> None:
    assert shop.run("backup").returncode == 0
    key = shop.work.surroundings.keys / "shop"
    key.rename(key.with_name("elsewhere"))
    backup = shop.run("backup")
    assert backup.returncode == 4
    assert "SW-KEY-005" in backup.stderr
    assert len(shop.data("backups")["backups"]) == 1
