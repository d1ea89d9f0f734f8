"""How far a piece is read ahead, and memory that many stores at once give back."""

from __future__ import annotations

import os
import threading

import pytest

from seawall.operations import together as crowd
from seawall.repository.conveyor import HandOver
from seawall.repository.frames import FRAME_BYTES
from seawall.repository.objects import Objects
from seawall.repository.streams import STREAMS, Streams
from seawall.repository.transfer import fetch, store
from unit.repository.conftest import Key


def test_a_piece_that_is_read_alone_may_be_read_far_ahead() -> None:
    streams = Streams()
    with streams.passing():
        alone = streams.room()
        with streams.passing():
            assert streams.room() < alone / 10
        assert streams.room() == alone


def test_a_room_that_shrinks_holds_for_what_is_sent_next() -> None:
    room, asked, answers = 10, threading.Semaphore(0), []

    def ask() -> int:
        answers.append(room)
        asked.release()
        return room

    out = HandOver(ask)
    out.send(b"123456")
    out.send(b"123456")
    room = 1
    sender = threading.Thread(target=out.send, args=(b"7",))
    sender.start()
    chunks = iter(out)
    for _ in range(3):
        asked.acquire()
    assert next(chunks) == b"123456"
    # Six bytes wait still: one more would be beyond the room, so it is asked for once again.
    asked.acquire()
    assert [next(chunks), next(chunks)] == [b"123456", b"7"]
    sender.join()
    assert answers == [10, 10, 1, 1, 1]


def test_a_piece_counts_for_as_long_as_it_is_read(objects: Objects, key: Key) -> None:
    """Read to its end, or left early."""
    store(objects, "a", (os.urandom(FRAME_BYTES) for _ in range(9)), (key.recipient,))
    with STREAMS.passing():
        alone = STREAMS.room()
        assert sum(map(len, fetch(objects, "a", key.identity))) == 9 * FRAME_BYTES
        assert STREAMS.room() == alone
        chunks = fetch(objects, "a", key.identity)
        next(chunks)
        assert STREAMS.room() < alone
        chunks.close()
        assert STREAMS.room() == alone


@pytest.mark.parametrize(("stores", "is_asked"), [(2, False), (3, True)])
def test_many_stores_at_once_keep_no_freed_memory(
    monkeypatch: pytest.MonkeyPatch, stores: int, is_asked: bool
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(crowd, "free_at_once", lambda: asked.append(True))
    assert crowd.together(range(stores), lambda number: number) == list(range(stores))
    assert bool(asked) == is_asked
