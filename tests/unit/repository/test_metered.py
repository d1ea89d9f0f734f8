"""Bytes are told while they pass, in sum and in order, from any thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from seawall.repository.metered import MeteredObjects
from seawall.repository.objects import Objects
from unit.repository.conftest import Key
from unit.repository.drafts import content_of, store_pieces


class Told:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.bytes: list[tuple[str, int]] = []

    def step(self, text: str) -> None:
        raise AssertionError(text)

    def advance(self, what: str, done_bytes: int) -> None:
        self.bytes.append((what, done_bytes))


def test_what_is_stored_and_read_is_told_chunk_by_chunk(objects: Objects, key: Key) -> None:
    told = Told()
    contents = {"orders": {"base.tar": content_of(5 << 20), "log/0001": content_of(1 << 10)}}
    stored = store_pieces(
        MeteredObjects(objects, told, "storing orders"), "b-1", contents, (key.recipient,)
    )["orders"]
    total = sum(each.stored_bytes for each in stored)
    assert {what for what, _ in told.bytes} == {"storing orders"}
    assert [done for _, done in told.bytes] == sorted({done for _, done in told.bytes})
    assert told.bytes[-1][1] == total
    assert len(told.bytes) >= 3

    read = Told()
    metered = MeteredObjects(objects, read, "reading orders")

    def exhaust(key: str) -> int:
        return sum(map(len, metered.get_stream(key)))

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(exhaust, [each.key for each in stored])) == total
    assert max(done for _, done in read.bytes) == total
