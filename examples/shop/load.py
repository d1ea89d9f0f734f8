"""Fill the shop: products and customers, what lies on the shelves, the first orders and carts.

Loading again DESTROYS what the shop holds and gives the same as before.
"""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime
from pathlib import Path

from bson.decimal128 import Decimal128
from stores import Stores, open_stores

HERE = Path(__file__).parent
PRODUCTS, CUSTOMERS, ORDERS, SESSIONS = 400, 1000, 2000, 300
PIECES = 1_000_000
OPENED = datetime(2026, 1, 1, tzinfo=UTC)
SESSION_SECONDS = 1800
TAGS = ("new", "sale", "heavy", "fragile", "gift", "été")


def main() -> int:
    """Promised things first, then what promises them."""
    chance = random.Random(1)  # noqa: S311 - the same data each time
    with open_stores() as stores:
        fill_catalogue(stores, chance)
        fill_stock(stores)
        fill_orders(stores, chance)
        fill_live(stores, chance)
    print(f"loaded {PRODUCTS} products, {CUSTOMERS} customers and {ORDERS} orders")
    return 0


def product(number: int) -> str:
    """A product's name in all four databases."""
    return f"sku-{number:04}"


def customer(number: int) -> str:
    """A customer's."""
    return f"c-{number:06}"


def fill_catalogue(stores: Stores, chance: random.Random) -> None:
    """Documents: not every product has the same fields."""
    for name in ("products", "profiles"):
        stores.catalogue.drop_collection(name)
    products = [
        {
            "_id": product(number),
            "price": Decimal128(f"{chance.randint(100, 99_999) / 100:.2f}"),
            "tags": chance.sample(TAGS, chance.randint(0, 3)),
            **({"sizes": {"S": 1, "M": 2}} if number % 3 == 0 else {}),
        }
        for number in range(PRODUCTS)
    ]
    profiles = [
        {
            "_id": customer(number),
            "name": f"Customer {number}",
            "since": OPENED,
            "address": {"town": f"Town {number % 50}", "country": "NL"},
            "orders_paid": 0,
        }
        for number in range(CUSTOMERS)
    ]
    stores.catalogue.products.insert_many(products)
    stores.catalogue.products.create_index("tags")
    stores.catalogue.profiles.insert_many(profiles)


def fill_stock(stores: Stores) -> None:
    """Shelves that traffic does not empty."""
    levels = [(product(number), PIECES) for number in range(PRODUCTS)]
    with stores.stock.cursor() as cursor:
        for statement in (HERE / "stock.sql").read_text().split(";\n"):
            if statement.strip():
                cursor.execute(statement)
        cursor.executemany("INSERT INTO levels VALUES (%s, %s)", levels)


def fill_orders(stores: Stores, chance: random.Random) -> None:
    """Orders of the past: each paid, none of them still to be sent."""
    rows = [
        (
            customer(chance.randrange(CUSTOMERS)),
            product(chance.randrange(PRODUCTS)),
            chance.randint(1, 5),
            chance.randint(100, 99_999) / 100,
            OPENED,
        )
        for _ in range(ORDERS)
    ]
    stores.orders.execute((HERE / "orders.sql").read_bytes())
    with stores.orders.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO orders (customer, product, pieces, price, state, placed_at)"
            " VALUES (%s, %s, %s, %s, 'sent', %s)",
            rows,
        )
        cursor.execute("INSERT INTO payments SELECT id, price * pieces, placed_at FROM orders")
        cursor.execute("SELECT id, product, pieces FROM orders ORDER BY id")
        movements = cursor.fetchall()
    with stores.stock.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO movements (order_id, product, pieces) VALUES (%s, %s, %s)", movements
        )


def fill_live(stores: Stores, chance: random.Random) -> None:
    """Carts and sessions of some customers; other keys are left alone."""
    for pattern in ("cart:*", "session:*"):
        for key in stores.live.scan_iter(pattern, count=1000):
            stores.live.delete(key)
    with stores.live.pipeline(transaction=False) as pipe:
        for number in chance.sample(range(CUSTOMERS), SESSIONS):
            pipe.hset(f"cart:{customer(number)}", product(chance.randrange(PRODUCTS)), 1)
            token = f"{chance.getrandbits(64):016x}"
            pipe.set(f"session:{customer(number)}:{token}", "{}", ex=SESSION_SECONDS)
        pipe.execute()


if __name__ == "__main__":
    sys.exit(main())
