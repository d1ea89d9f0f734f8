"""The shop at work: five processes, each of which touches two databases with every action.

An action writes what is promised first and waits until that is acknowledged, then writes what
promises it. So at every instant each link of seawall.yaml holds, and a copy of the four databases
in which one is broken was not taken at one instant.

Ends at SIGTERM or Ctrl-C, and prints how often each process has acted.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import signal
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from typing import Any

from load import SESSION_SECONDS
from stores import Stores, open_stores


def sign_up(stores: Stores, chance: random.Random) -> None:
    """MongoDB, then Valkey: a new customer, then the session."""
    del chance
    customer = f"c-{uuid.uuid4()}"
    stores.catalogue.profiles.insert_one({"_id": customer, "name": "new", "orders_paid": 0})
    stores.live.set(f"session:{customer}:{uuid.uuid4().hex}", "{}", ex=SESSION_SECONDS)


def fill_cart(stores: Stores, chance: random.Random) -> None:
    """MongoDB, then Valkey: a product of the catalogue goes into a customer's cart."""
    (profile,) = stores.catalogue.profiles.aggregate([{"$sample": {"size": 1}}])
    (product,) = stores.catalogue.products.aggregate([{"$sample": {"size": 1}}])
    stores.live.hset(f"cart:{profile['_id']}", product["_id"], chance.randint(1, 5))


def place_order(stores: Stores, chance: random.Random) -> None:
    """Valkey, then PostgreSQL: what is in a cart is ordered, and taken out of it."""
    del chance
    cart = next(iter(stores.live.scan_iter("cart:*", count=100)), None)
    if cart is None:
        return
    customer = cart.decode().removeprefix("cart:")
    for product, pieces in stores.live.hgetall(cart).items():
        price = stores.catalogue.products.find_one({"_id": product.decode()})["price"]
        stores.orders.execute(
            "INSERT INTO orders (customer, product, pieces, price) VALUES (%s, %s, %s, %s)",
            (customer, product.decode(), int(pieces), price.to_decimal()),
        )
        stores.live.hdel(cart, product)


def send(stores: Stores, chance: random.Random) -> None:
    """PostgreSQL, then MariaDB: an order's pieces leave the shelf, at most once."""
    del chance
    found = stores.orders.execute(
        "SELECT id, product, pieces FROM orders WHERE state = 'placed' ORDER BY id LIMIT 1"
    ).fetchone()
    if found is None:
        return
    order, product, pieces = found
    stores.stock.begin()
    with stores.stock.cursor() as cursor:
        moved = cursor.execute(
            "INSERT IGNORE INTO movements (order_id, product, pieces) VALUES (%s, %s, %s)",
            found[:3],
        )
        if moved:
            cursor.execute(
                "UPDATE levels SET pieces = pieces - %s WHERE product = %s", (pieces, product)
            )
    stores.stock.commit()
    stores.orders.execute("UPDATE orders SET state = 'sent' WHERE id = %s", (order,))


def pay(stores: Stores, chance: random.Random) -> None:
    """PostgreSQL, then MongoDB: a payment, then the customer's count of them."""
    del chance
    paid = stores.orders.execute(
        "INSERT INTO payments SELECT id, price * pieces, now() FROM orders"
        " WHERE id NOT IN (SELECT order_id FROM payments) ORDER BY id LIMIT 1"
        " RETURNING (SELECT customer FROM orders WHERE id = order_id)"
    ).fetchone()
    if paid:
        stores.catalogue.profiles.update_one({"_id": paid[0]}, {"$inc": {"orders_paid": 1}})


ROLES = (sign_up, fill_cart, place_order, send, pay)


@dataclass(frozen=True)
class Worker:
    """One role in a process of its own."""

    act: Callable[[Stores, random.Random], None]
    acted: Synchronized[int]
    process: multiprocessing.Process


def work(
    act: Callable[[Stores, random.Random], None], acted: Any, over: Event, pause: float
) -> None:
    """Act until told to stop; a database that fails ends the process with its own words."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The parent is told, and tells.
    chance = random.Random()  # noqa: S311 - traffic is no secret
    with open_stores() as stores:
        while not over.wait(chance.expovariate(1 / pause)):
            act(stores, chance)
            acted.value += 1


def start(act: Callable[[Stores, random.Random], None], over: Event, pause: float) -> Worker:
    """Begin one role."""
    acted = multiprocessing.Value("q", 0)
    process = multiprocessing.Process(target=work, args=(act, acted, over, pause))
    process.start()
    return Worker(act, acted, process)


def main() -> int:
    """Run all roles; 1 when one of them failed."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--pause-ms", type=float, default=10.0, help="mean pause between two actions (default: 10)"
    )
    pause = parser.parse_args().pause_ms / 1000
    over = multiprocessing.Event()
    workers = [start(act, over, pause) for act in ROLES]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    while not over.is_set() and all(worker.process.is_alive() for worker in workers):
        time.sleep(0.1)
    over.set()
    for worker in workers:
        worker.process.join()
    print(json.dumps({worker.act.__name__: worker.acted.value for worker in workers}), flush=True)
    return 1 if any(worker.process.exitcode for worker in workers) else 0


if __name__ == "__main__":
    sys.exit(main())
