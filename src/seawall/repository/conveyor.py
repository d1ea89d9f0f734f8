"""Chunks on their way from one thread to the next: bounded, and stopped from either end."""

from __future__ import annotations

import io
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import IO, Final, cast

from seawall.repository.age import Stage

# What waits between two threads where nothing else is said: so much, and the chunk that went beyond
# it. Each store that is copied has three such places, so that more would add up.
WAITING_BYTES: Final = 2**19
_CHUNK_BYTES: Final = 2**18


class GivenUpError(Exception):
    """The other end has stopped: nothing more will be read, or nothing more will come."""


def _least() -> int:
    return WAITING_BYTES


class HandOver:
    """One thread sends chunks, another iterates over them.

    Args:
        room: How many bytes may wait, now.
    """

    def __init__(self, room: Callable[[], int] = _least) -> None:
        self._room = room
        self._changed = threading.Condition()
        self._chunks: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._is_ended = False
        self._error: BaseException | None = None

    def send(self, chunk: bytes) -> None:
        """Hand over one chunk; wait while enough bytes are waiting.

        Raises:
            GivenUpError: When the other end has stopped.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._error or self._waiting_bytes < self._room())
            if self._error:
                raise GivenUpError
            self._chunks.append(chunk)
            self._waiting_bytes += len(chunk)
            self._changed.notify_all()

    def end(self) -> None:
        """Say that every chunk was sent."""
        with self._changed:
            self._is_ended = True
            self._changed.notify_all()

    def give_up(self, error: BaseException | None = None) -> None:
        """Stop both ends; the reader gets the error, the first one that is given."""
        with self._changed:
            self._error = self._error or error or GivenUpError()
            self._chunks.clear()
            self._changed.notify_all()

    def __iter__(self) -> Iterator[bytes]:
        while (chunk := self._take()) is not None:
            yield chunk

    def _take(self) -> bytes | None:
        with self._changed:
            self._changed.wait_for(lambda: self._error or self._is_ended or self._chunks)
            if self._error:
                raise self._error
            chunk = self._chunks.popleft() if self._chunks else None
            self._waiting_bytes -= len(chunk or b"")
            self._changed.notify_all()
            return chunk


class _Source(io.RawIOBase):
    """A file to read from, over chunks; keeps their error, which a stage may turn into its own."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")
        self.failure: BaseException | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            while not self._rest:
                self._rest = memoryview(next(self._chunks))
        except StopIteration:
            return 0
        except BaseException as error:
            self.failure = error
            raise
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


class _Gatherer:
    """A file to write to that sends chunks of _CHUNK_BYTES."""

    def __init__(self, out: HandOver) -> None:
        self._out = out
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: bytes, /) -> int:
        self._parts.append(data)
        self._size += len(data)
        if self._size >= _CHUNK_BYTES:
            self.finish()
        return len(data)

    def flush(self) -> None:
        """Small chunks would only cost: `finish` sends the last one."""

    def finish(self) -> None:
        parts, self._parts, self._size = self._parts, [], 0
        if parts:
            self._out.send(b"".join(parts))


def through(
    chunks: Iterable[bytes], stage: Stage, room: Callable[[], int] = _least
) -> Generator[bytes]:
    """Run a stage in a thread of its own and yield what it writes, up to so many bytes ahead.

    An error of the chunks, or else of the stage, is raised here. When the reader stops early the
    stage ends at its next write.
    """
    out = HandOver(room)

    def work() -> None:
        source, gatherer = _Source(chunks), _Gatherer(out)
        try:
            stage(cast("IO[bytes]", io.BufferedReader(source, _CHUNK_BYTES)), gatherer)
            gatherer.finish()
            out.end()
        except BaseException as error:  # noqa: BLE001 - raised again by the reader
            out.give_up(source.failure or error)

    thread = threading.Thread(target=work, name="seawall-stage", daemon=True)
    thread.start()
    try:
        yield from out
    finally:
        out.give_up()
        thread.join()
