"""An object read by ranges, some of them ahead of whoever takes them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeAlias

RANGE_BYTES: Final = 2**20
# Of one object, besides the one that passes; and of all objects that are read at once.
_AHEAD: Final = 4
MOST_AHEAD: Final = 6
_CHUNK_BYTES: Final = 2**20

Fetch = Callable[[int, int], memoryview]
"""Reads the bytes from one offset up to another."""


_Ask: TypeAlias = Callable[[int], Future[memoryview]]
_Waiting: TypeAlias = deque[tuple[Future[memoryview], bool]]
"""Ranges in their order, and whether each has its room from all objects' share."""


class ReadAhead:
    """How many ranges may be read ahead: objects that are read at once share them.

    Each object may always hold the one range that passes: 5 MiB for one object, 10 MiB for four.
    """

    def __init__(self) -> None:
        self._free = threading.Semaphore(MOST_AHEAD)

    def read(self, fetch: Fetch, begin: int, size: int) -> Iterator[bytes]:
        """Yield an object's bytes from `begin` up to its size, in chunks of 1 MiB."""
        if begin >= size:
            return
        threads = ThreadPoolExecutor(_AHEAD + 1, "seawall-read")
        starts = iter(range(begin, size, RANGE_BYTES))
        waiting: _Waiting = deque()
        try:
            while self._ask_ahead(
                starts,
                waiting,
                lambda start: threads.submit(fetch, start, min(start + RANGE_BYTES, size)),
            ):
                found, is_shared = waiting.popleft()
                try:
                    yield from in_chunks(found.result())
                finally:
                    self._give_back(is_shared=is_shared)
        finally:
            threads.shutdown(cancel_futures=True)
            for _, is_shared in waiting:
                self._give_back(is_shared=is_shared)

    def _ask_ahead(self, starts: Iterator[int], waiting: _Waiting, ask: _Ask) -> bool:
        """Ask for as many ranges as there is room for; whether any is under way."""
        while len(waiting) <= _AHEAD:
            is_shared = not all(is_shared for _, is_shared in waiting)
            if is_shared and not self._free.acquire(blocking=False):
                break
            start = next(starts, None)
            if start is None:
                self._give_back(is_shared=is_shared)
                break
            waiting.append((ask(start), is_shared))
        return bool(waiting)

    def _give_back(self, *, is_shared: bool) -> None:
        if is_shared:
            self._free.release()


def in_chunks(content: memoryview) -> Iterator[bytes]:
    """The same bytes in chunks of 1 MiB."""
    for start in range(0, len(content), _CHUNK_BYTES):
        yield bytes(content[start : start + _CHUNK_BYTES])
