"""What the shared suite writes into a MongoDB store."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bson import Binary, Code, Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp
from pymongo import MongoClient

from seawall.model.target import Target
from servers.seed import Seed

DATABASE = "shop"


def open_driver(target: Target) -> MongoClient[Any]:
    return MongoClient(target.location.url(), serverSelectionTimeoutMS=10_000)


def fill(target: Target, records: int) -> None:
    with open_driver(target) as driver:
        shop = driver[DATABASE]
        shop.items.insert_many([_write(number) for number in range(1, records + 1)])
        shop.types.insert_many(_every_type())
        shop.items.create_index([("name", 1), ("id", -1)], name="by name")
        shop.items.create_index("id", unique=True)
        shop.types.create_index("ends", expireAfterSeconds=3600)
        shop.types.create_index(
            "kind", unique=True, partialFilterExpression={"kind": {"$exists": True}}
        )
        shop.create_collection("kept", validator={"$jsonSchema": {"required": ["a"]}})
        shop.command("create", "odd", viewOn="items", pipeline=[{"$match": {"parent": None}}])


def add(target: Target, number: int) -> None:
    with open_driver(target) as driver:
        driver[DATABASE].items.insert_one(_write(number))


def change(target: Target) -> None:
    with open_driver(target) as driver:
        driver[DATABASE].items.update_one({"_id": 3}, {"$set": {"name": "changed"}})


def remove(target: Target, number: int) -> None:
    with open_driver(target) as driver:
        driver[DATABASE].items.delete_one({"_id": number})


def _write(number: int) -> dict[str, Any]:
    parent = {"parent": number} if number % 2 else {}
    return {"_id": number, "id": str(number), "name": f"name {number}", **parent}


def _every_type() -> list[dict[str, Any]]:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    nested: dict[str, Any] = {}
    for _ in range(80):
        nested = {"n": nested}
    values: list[Any] = [
        1, Int64(1), 1.0, -0.0, float("nan"), float("inf"), True, None, "", "caf\u00e9 \U0001f30a",
        Decimal128("1.00"), Decimal128("NaN"), Decimal128("-9.999999999999999999999999999999999E+6144"),
        Binary(b"\x00\xff", 0), Binary(b"x" * 16, 4), Binary(b"x" * 16, 3), Binary(b"", 128),
        ObjectId("0123456789abcdef01234567"), Regex("^a", "im"), Code("f()"), Timestamp(1, 2),
        MinKey(), MaxKey(), [], [1, [2, {}]], {"b": 1, "a": 2}, {"a.b": 1, "$c": 2, "": 3}, nested,
        dt.datetime(1, 1, 1, tzinfo=dt.UTC), dt.datetime(9999, 12, 31, 23, 59, tzinfo=dt.UTC),
    ]  # fmt: skip
    documents = [{"_id": place, "value": value} for place, value in enumerate(values)]
    return [*documents, {"_id": "expiring", "ends": later}, {"_id": ObjectId(), "kind": "only"}]


SEED = Seed(
    patterns=(), fill=fill, add=add, change=change, remove=remove, collection=f"{DATABASE}.items"
)
