"""Stages of a stream in threads of their own: the next one works while this one does."""

from __future__ import annotations

import io
import queue
import threading
from collections.abc import Callable, Iterable, Iterator

# Chunks that may wait between two stages; with chunks of about 1 MiB this bounds the memory.
WAITING = 4
CHUNK_BYTES = 2**20


class Reader:
    """A file to read from, over an iterator of chunks."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._now = io.BytesIO()

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; empty only at the end."""
        part = self._now.read(size)
        while not part:
            chunk = next(self._chunks, None)
            if chunk is None:
                return b""
            self._now = io.BytesIO(chunk)
            part = self._now.read(size)
        return part


class _AbandonedError(Exception):
    """Nobody reads what the stage writes any more."""


class _Writer:
    """A file to write to, which hands on chunks of CHUNK_BYTES."""

    def __init__(self, put: Callable[[bytes], None]) -> None:
        self._put = put
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        self._parts.append(bytes(data))
        self._size += len(data)
        if self._size >= CHUNK_BYTES:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Hand on what has gathered."""
        if self._parts:
            self._put(b"".join(self._parts))
            self._parts, self._size = [], 0


Stage = Callable[[Reader, _Writer], None]


def through(chunks: Iterable[bytes], stage: Stage) -> Iterator[bytes]:
    """Run a stage in a thread of its own and yield what it writes.

    An error of the stage, or of the chunks it reads, is raised here. When the reader stops early
    the stage ends at its next write.
    """
    waiting: queue.Queue[bytes | None] = queue.Queue(WAITING)
    abandoned = threading.Event()
    failure: list[BaseException] = []

    def put(chunk: bytes | None) -> None:
        while not abandoned.is_set():
            try:
                waiting.put(chunk, timeout=0.5)
            except queue.Full:
                continue
            return
        raise _AbandonedError

    def work() -> None:
        try:
            writer = _Writer(put)
            stage(Reader(chunks), writer)
            writer.flush()
        except BaseException as error:  # noqa: BLE001 - raised again where it is read
            failure.append(error)
        if not abandoned.is_set():
            put(None)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        while (chunk := waiting.get()) is not None:
            yield chunk
    finally:
        abandoned.set()
        thread.join()
    if failure:
        raise failure[0]
