"""Pieces in and out: the same bytes, the first error, no thread left, little memory."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st

from faults.objects import FaultyObjects, Moment
from seawall.errors import UnreachableError
from seawall.repository.conveyor import through
from seawall.repository.frames import FRAME_BYTES, compress, decompress
from seawall.repository.objects import Objects
from seawall.repository.transfer import Stored, fetch, store
from unit.repository.conftest import Key, Seen
from unit.repository.drafts import content_of, in_chunks

STALL_SECONDS = 1.0
TOO_FAR_AHEAD = 20
SIZES = [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 40 * 10**6]


@pytest.mark.parametrize("is_encrypted", [True, False])
@pytest.mark.parametrize("size", SIZES)
def test_a_piece_of_any_size_comes_back_as_it_went_in(
    objects: Objects, key: Key, size: int, is_encrypted: bool
) -> None:
    content = content_of(size)
    recipients = (key.recipient,) if is_encrypted else ()
    stored = store(objects, "a", in_chunks(content), recipients)
    assert b"".join(fetch(objects, "a", key.identity if is_encrypted else "")) == content
    raw = b"".join(objects.get_stream("a"))
    assert stored == Stored(size, blake3(content).hexdigest(), len(raw), blake3(raw).hexdigest())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=3000), max_size=30), st.integers(1, 2000))
def test_frames_do_not_depend_on_how_the_bytes_were_cut(parts: list[bytes], cut: int) -> None:
    packed = b"".join(compress(parts))
    assert b"".join(through(in_chunks(packed, cut), decompress)) == b"".join(parts)


def test_one_chunk_of_any_size_is_cut_into_frames() -> None:
    frames = list(compress([bytes(5 * FRAME_BYTES + 1)]))
    assert len(frames) == 6


@pytest.mark.parametrize("size", SIZES)
def test_a_piece_opens_with_age_and_zstd_alone(
    objects: Objects, folder: Path, key: Key, size: int
) -> None:
    if not (shutil.which("age") and shutil.which("zstd")):
        pytest.skip("age and zstd are not on this machine")
    content = content_of(size)
    store(objects, "a", in_chunks(content), (key.recipient,))
    command = f"set -o pipefail; age -d -i {key.path} {folder}/a | zstd -d"
    opened = subprocess.run(
        ["bash", "-c", command],  # noqa: S607
        check=True,
        capture_output=True,
    )
    assert opened.stdout == content


def test_every_recipient_opens_a_piece(objects: Objects, key: Key, other_key: Key) -> None:
    store(objects, "a", [b"content"], (key.recipient, other_key.recipient))
    assert b"".join(fetch(objects, "a", key.identity)) == b"content"
    assert b"".join(fetch(objects, "a", f"{other_key.identity}\n{key.identity}")) == b"content"


class SourceError(Exception):
    """The store being backed up has broken."""


@pytest.mark.parametrize("chunks", [0, 1, 40])
def test_an_error_of_the_source_is_raised_as_it_is_and_nothing_is_stored(
    objects: Objects, seen: Seen, key: Key, chunks: int
) -> None:
    error = SourceError()

    def failing() -> Iterator[bytes]:
        for _ in range(chunks):
            yield bytes(FRAME_BYTES)
        raise error

    for recipients in ((key.recipient,), ()):
        with pytest.raises(SourceError) as caught:
            store(objects, "a", failing(), recipients)
        assert caught.value is error
    assert seen() == []


@pytest.mark.parametrize("moment", Moment)
def test_an_error_of_the_storage_stops_a_source_that_would_never_end(
    objects: Objects, seen: Seen, key: Key, moment: Moment
) -> None:
    block = os.urandom(FRAME_BYTES)

    def endless() -> Iterator[bytes]:
        while moment is not Moment.AFTER:
            yield block

    for recipients in ((key.recipient,), ()):
        with pytest.raises(UnreachableError, match="injected"):
            store(FaultyObjects(objects, at=1, moment=moment), "a", endless(), recipients)
        objects.delete("a")
    assert seen() == []


def test_chunks_that_are_no_bytes_are_an_error_not_a_hang(objects: Objects, key: Key) -> None:
    with pytest.raises(TypeError):
        store(objects, "a", ["text"], (key.recipient,))  # type: ignore[list-item]


def test_a_wrong_recipient_is_an_error_not_a_hang(objects: Objects) -> None:
    with pytest.raises(Exception, match="Bech32"):
        store(objects, "a", (bytes(FRAME_BYTES) for _ in range(50)), ("age1wrong",))


def test_an_error_of_the_storage_while_reading_is_raised_as_it_is(
    objects: Objects, key: Key
) -> None:
    store(objects, "a", in_chunks(content_of(9 * 10**6)), (key.recipient,))
    for moment in Moment:
        # The first call of a read is its only one.
        faulty = FaultyObjects(objects, at=1, moment=moment)
        with pytest.raises(UnreachableError, match="injected"):
            list(fetch(faulty, "a", key.identity))


def test_a_reader_may_stop_early(objects: Objects, key: Key) -> None:
    store(objects, "a", in_chunks(content_of(9 * 10**6)), (key.recipient,))
    chunks = fetch(objects, "a", key.identity)
    assert next(chunks)
    chunks.close()


def test_pieces_are_stored_side_by_side(objects: Objects, key: Key) -> None:
    contents = {f"s{number}": content_of(3 * 10**6 + number) for number in range(4)}
    with ThreadPoolExecutor(4) as threads:
        list(
            threads.map(
                lambda item: store(objects, item[0], in_chunks(item[1]), (key.recipient,)),
                contents.items(),
            )
        )
    for name, content in contents.items():
        assert b"".join(fetch(objects, name, key.identity)) == content


class Stalled(FaultyObjects):
    """A storage that stands still for a second, or until somebody ran ahead of it."""

    def __init__(self, inner: Objects) -> None:
        super().__init__(inner)
        self.ahead = 0
        self.is_overrun = threading.Event()
        self.stood_still = True

    def put_stream(self, key: str, chunks: Iterable[bytes]) -> None:
        self.stood_still = not self.is_overrun.wait(STALL_SECONDS)
        self.inner.put_stream(key, chunks)

    def get_stream(self, key: str) -> Iterator[bytes]:
        yield from self.watch(self.inner.get_stream(key))

    def watch(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Count what is taken; too many of them are noticed at once."""
        for chunk in chunks:
            self.ahead += 1
            if self.ahead == TOO_FAR_AHEAD:
                self.is_overrun.set()
            yield chunk


def test_a_source_waits_for_a_slow_storage(objects: Objects, key: Key) -> None:
    stalled = Stalled(objects)
    source = stalled.watch(os.urandom(FRAME_BYTES) for _ in range(60))
    stored = store(stalled, "a", source, (key.recipient,))
    assert stored.plain_bytes == 60 * FRAME_BYTES
    assert stalled.stood_still


def test_a_storage_is_not_read_ahead_of_a_slow_reader(objects: Objects, key: Key) -> None:
    store(objects, "a", (os.urandom(FRAME_BYTES) for _ in range(60)), (key.recipient,))
    stalled = Stalled(objects)
    chunks = fetch(stalled, "a", key.identity)
    size = len(next(chunks))
    assert not stalled.is_overrun.wait(STALL_SECONDS)
    assert size + sum(map(len, chunks)) == 60 * FRAME_BYTES


def test_memory_does_not_grow_with_the_piece(folder: Path, objects: Objects, key: Key) -> None:
    assert objects.list_keys("") == ()
    script = """
        import os, pathlib, re, sys
        from seawall.repository.objects import open_objects
        from seawall.repository.transfer import fetch, store

        def peak():
            # Not ru_maxrss: a child begins with its parent's.
            status = pathlib.Path("/proc/self/status").read_text()
            return int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) // 1024

        objects = open_objects(sys.argv[1])
        before = peak()
        store(objects, "a", (os.urandom(2**19) for _ in range(600)), (sys.argv[2],))
        size = sum(map(len, fetch(objects, "a", sys.argv[3])))
        print(size, peak(), peak() - before)
    """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(folder), key.recipient, key.identity],
        check=True,
        capture_output=True,
        text=True,
    )
    size, peak, grown = map(int, ended.stdout.split())
    assert size == 600 * 2**19
    assert peak < 90, f"{peak} MB"
    assert grown < 60, f"{grown} MB"
