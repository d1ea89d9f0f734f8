"""Threads that compress, shared by all streams of the process while there is one."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final

import zstandard

LEVEL: Final = 1
# A thread keeps a compressor of about 1 MB, and frames wait for it; the storage is slower than four.
THREADS: Final = min(4, os.cpu_count() or 1)
# mariadb-backup writes 10 MiB at once and then reads on: taken whole, it is not kept waiting.
AHEAD: Final = 10


class Compressors:
    """As many threads as there are cores: with threads of its own, each stream would add memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._streams = 0
        self._threads: ThreadPoolExecutor | None = None
        self._own = threading.local()

    @property
    def share(self) -> int:
        """How many frames of one stream may wait beside the one that passes: all streams share."""
        return max(1, AHEAD // max(1, self._streams) - 1)

    @contextmanager
    def working(self) -> Generator[Callable[[bytes], Future[bytes]]]:
        """What has a frame of one more stream compressed; the threads end with the last stream."""
        with self._lock:
            threads = self._threads = self._threads or ThreadPoolExecutor(THREADS, "seawall-zstd")
            self._streams += 1
        try:
            yield lambda frame: threads.submit(self._compress, frame)
        finally:
            with self._lock:
                self._streams -= 1
                if not self._streams:
                    threads.shutdown()
                    self._threads = None

    def _compress(self, frame: bytes) -> bytes:
        if not hasattr(self._own, "compressor"):
            self._own.compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
        packed: bytes = self._own.compressor.compress(frame)
        return packed


COMPRESSORS: Final = Compressors()
