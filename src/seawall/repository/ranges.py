"""An object read by ranges, some of them ahead of whoever takes them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

# A range passes, two wait and one is cut: 16 MiB for each object that is read.
RANGE_BYTES: Final = 4 * 2**20
_AHEAD: Final = 2
_CHUNK_BYTES: Final = 2**20

Fetch = Callable[[int, int], memoryview]
"""Reads the bytes from one offset up to another."""


def read_ranges(fetch: Fetch, begin: int, size: int) -> Iterator[bytes]:
    """Yield an object's bytes from `begin` up to its size, in chunks of 1 MiB."""
    if begin >= size:
        return
    threads = ThreadPoolExecutor(_AHEAD, "seawall-read")
    waiting: deque[Future[memoryview]] = deque()
    try:
        for start in range(begin, size, RANGE_BYTES):
            waiting.append(threads.submit(fetch, start, min(start + RANGE_BYTES, size)))
            if len(waiting) > _AHEAD:
                yield from in_chunks(waiting.popleft().result())
        while waiting:
            yield from in_chunks(waiting.popleft().result())
    finally:
        threads.shutdown(cancel_futures=True)


def in_chunks(content: memoryview) -> Iterator[bytes]:
    """The same bytes in chunks of 1 MiB."""
    for start in range(0, len(content), _CHUNK_BYTES):
        yield bytes(content[start : start + _CHUNK_BYTES])
