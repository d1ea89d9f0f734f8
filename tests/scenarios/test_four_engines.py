"""Four engines of one application, written by clients that touch two of them at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pymongo
import pymysql
import pytest
import redis

from interfaces.cli.command import Command
from interfaces.cli.conftest import make_command
from servers.real import missing_engines, surroundings, temporary_home

ENGINES = ("postgres", "mariadb", "mongodb", "valkey")
FILE = """\
app: shop
stores:
  orders: {engine: postgres}
  stock: {engine: mariadb}
  profiles: {engine: mongodb}
  carts: {engine: valkey, collections: {cart: "cart:{user}"}}
links:
  - {every: orders.orders.user_id, exists_in: profiles.users._id}
  - {every: orders.orders.sku, exists_in: stock.items.sku}
  - {every: carts.cart.user, exists_in: profiles.users._id}
"""


class Clients:
    """The application's own connections."""

    def __init__(self, urls: dict[str, str]) -> None:
        stock = urlsplit(urls["STOCK_URL"])
        self.orders = psycopg.connect(urls["ORDERS_URL"], autocommit=True)
        self.stock: Any = pymysql.connect(
            host=stock.hostname or "",
            port=stock.port or 0,
            user=stock.username,
            password=stock.password or "",
            database=stock.path.removeprefix("/"),
            autocommit=True,
        )
        self._mongo: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(urls["PROFILES_URL"])
        self.profiles = self._mongo.get_default_database(default="shop")
        self.carts = redis.Redis.from_url(urls["CARTS_URL"])

    def fill(self) -> None:
        self.orders.execute(
            "CREATE TABLE orders (id bigserial PRIMARY KEY, user_id text, sku text)"
        )
        self.stock.cursor().execute("CREATE TABLE items (sku varchar(40) PRIMARY KEY, n int)")
        for number in range(50):
            self.act(number)

    def act(self, number: int) -> None:
        """What is promised is written first, then what promises it."""
        user, sku = f"u{number}", f"sku-{number}"
        self.profiles.users.insert_one({"_id": user, "number": number})
        self.carts.set(f"cart:{user}", sku)
        self.stock.cursor().execute("INSERT INTO items VALUES (%s, %s)", (sku, number))
        self.orders.execute("INSERT INTO orders (user_id, sku) VALUES (%s, %s)", (user, sku))

    def close(self) -> None:
        self.orders.close()
        self.stock.close()
        self._mongo.close()
        self.carts.close()


@contextmanager
def writing(clients: Clients) -> Iterator[None]:
    """Act without a pause until the end of the context."""
    over = threading.Event()

    def work() -> None:
        number = 1000
        while not over.is_set():
            clients.act(number)
            number += 1

    writer = threading.Thread(target=work)
    writer.start()
    try:
        yield
    finally:
        over.set()
        writer.join()


@pytest.fixture
def seawall() -> Iterator[Command]:
    lacking = missing_engines().keys() & set(ENGINES)
    if lacking:
        pytest.skip(f"no programs of {', '.join(lacking)} are here")
    with temporary_home() as home:
        # What was fetched for the tests is in the cache of whoever runs them.
        cache = surroundings().programs.parents[1]
        yield make_command(home).using(XDG_CACHE_HOME=str(cache))


def test_all_of_them_come_back_to_one_point(seawall: Command) -> None:
    (seawall.folder / "seawall.yaml").write_text(FILE)
    started = seawall.run("up")
    assert started.code == 0, started.err
    clients = Clients(seawall.run("env", "-o", "json").json()["data"]["variables"])
    clients.fill()
    with writing(clients):
        taken = seawall.run("backup", "-o", "json")
    clients.close()
    assert taken.code == 0, taken.err
    drilled = seawall.run("drill", "-o", "json")
    assert drilled.code == 0, drilled.err
    report = drilled.json()["data"]
    assert report["verdict"] == "verified"
    emulated = {store["name"] for store in report["stores"] if store["emulator"]}
    assert emulated <= {"profiles"}
    assert report["records_proven"] >= 200
    assert len(report["not_tested"]) == len(set(report["not_tested"]))
    assert sum(link["broken_by_restore"] for link in report["links"]) == 0
