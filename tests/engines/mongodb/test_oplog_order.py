"""The oplog is read in the order of its times, also where a server keeps it in another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import bson
import pytest
from bson import Timestamp

from engines.mongodb.lab import Lab, opened
from seawall.engines.mongodb.client import MongodbClient
from seawall.engines.mongodb.elements import read_documents
from seawall.engines.mongodb.oplog import Entry
from seawall.engines.mongodb.times import BEGINNING, ClusterTime
from seawall.engines.mongodb.versions import Server
from seawall.model.location import Location
from seawall.model.target import Target

TARGET = Target("s", Location.parse("mongodb://127.0.0.1:1/"))
END = ClusterTime(2**32 - 1, 0)


class Oplog:
    """Entries in the places they got: a transaction had its time before another write's.

    The transaction's two entries have one time, so that their order is that of their places. It
    happens on SecantusDB once in some ten thousand writes of a busy machine: too rarely to wait for.
    """

    PLACES = ((5, 1, "a"), (5, 3, "b"), (5, 2, "c"), (5, 2, "d"), (5, 3, "e"))

    def __init__(self, *, is_kept_in_order: bool) -> None:
        key = (lambda place: place[:2]) if is_kept_in_order else (lambda _: 0)
        self._entries = [
            {"ts": Timestamp(time, number), "op": "i", "ns": f"shop.{name}"}
            for time, number, name in sorted(self.PLACES, key=key)
        ]

    def get_collection(self, *_: Any, **__: Any) -> Oplog:
        return self

    def __getitem__(self, _: str) -> Oplog:
        return self

    def find_raw_batches(
        self, _: Any, *, sort: list[tuple[str, int]], **__: Any
    ) -> Iterator[bytes]:
        yield b"".join(map(bson.encode, self._sorted(sort)))

    def find_one(self, *_: Any, sort: list[tuple[str, int]]) -> dict[str, Any]:
        return self._sorted(sort)[0]

    def _sorted(self, sort: list[tuple[str, int]]) -> list[dict[str, Any]]:
        ((name, direction),) = sort
        if name == "$natural":
            return self._entries[::direction]
        return sorted(self._entries, key=lambda each: each[name], reverse=direction < 0)


@pytest.mark.parametrize("mark", ["", "secantusVersion"])
def test_entries_come_in_the_order_of_their_times(mark: str) -> None:
    server = Server.from_replies({"version": "8.2.11", mark: "1"}, {"setName": "rs0"})
    driver = {"local": Oplog(is_kept_in_order=not server.emulates)}
    client = MongodbClient(TARGET, driver, server)
    entries = [Entry.read(raw) for raw in read_documents(client.read_oplog(BEGINNING, END))]
    assert [each.namespace for each in entries] == [
        "shop.a",
        "shop.c",
        "shop.d",
        "shop.b",
        "shop.e",
    ]
    assert client.read_oplog_edge(is_last=False) == entries[0].time
    assert client.read_oplog_edge(is_last=True) == entries[-1].time


def test_a_server_gives_the_same_order(lab: Lab) -> None:
    shop = lab.driver.shop
    with lab.driver.start_session() as session, session.start_transaction():
        shop.items.insert_many([{"_id": n} for n in range(20)], session=session)
    shop.items.insert_one({"_id": 20})
    with opened(lab.target) as client:
        entries = [Entry.read(raw) for raw in read_documents(client.read_oplog(BEGINNING, END))]
        assert client.read_oplog_edge(is_last=True) == max(each.time for each in entries)
    times = [each.time for each in entries]
    assert times == sorted(times)
    inserted = [part for each in entries for part in each.parts() if part.op == "i"]
    assert [bson.decode(each.change)["_id"] for each in inserted][-21:] == list(range(21))
