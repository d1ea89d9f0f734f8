"""Writers that do all that changes documents, until they are told to stop."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure

from engines.mongodb.lab import Lab


@contextmanager
def writing(lab: Lab, count: int = 3) -> Iterator[None]:
    """Writers at work."""
    stop = threading.Event()
    threads = [threading.Thread(target=_write, args=(lab, place, stop)) for place in range(count)]
    for each in threads:
        each.start()
    try:
        yield
    finally:
        stop.set()
        for each in threads:
            each.join()


def _write(lab: Lab, place: int, stop: threading.Event) -> None:
    chance = random.Random(place)
    with MongoClient[Any](lab.target.location.url()) as driver:
        number = 0
        while not stop.is_set():
            number += 1
            # Two writers may meet: the server lets one of them try again.
            with suppress(OperationFailure):
                _act(driver, chance, place, number)


def _act(driver: MongoClient[Any], chance: random.Random, place: int, number: int) -> None:
    shop = driver.shop
    items, lines = shop.items, shop.lines
    some = {"_id": chance.randrange(200)}
    match chance.randrange(10):
        case 0 | 1:
            items.insert_one({"_id": f"{place}-{number}", "n": number, "tags": ["a"]})
        case 2:
            items.update_one(some, {"$inc": {"n": 1}, "$set": {"at.place": place}})
        case 3:
            items.update_one(some, {"$push": {"tags": number}})
        case 4:
            items.update_one(some, {"$unset": {"at": ""}, "$set": {f"new{place}": number}})
        case 5:
            items.replace_one(some, {"n": number, "whole": {"b": 1, "a": [number]}}, upsert=True)
        case 6:
            items.delete_one({"_id": f"{place}-{chance.randrange(number)}"})
        case 7:
            items.update_one(some, {"$set": {"tags.0": {"x": number}}, "$min": {"low": -number}})
        case 8:
            lines.update_many({"n": place}, {"$set": {"seen": number}})
        case _:
            with driver.start_session() as session, session.start_transaction():
                items.update_one(some, {"$inc": {"n": -1}}, session=session)
                lines.insert_one({"n": place, "item": some["_id"]}, session=session)
