"""Pieces that are read, counted: one alone may be read far ahead of whoever takes it."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from seawall.repository.conveyor import WAITING_BYTES

# mbstream takes 10 MiB and does not read while it writes them: the next ones are opened meanwhile.
_ALONE_BYTES: Final = 10 * 2**20


class Streams:
    """Pieces that this process reads now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0

    def room(self) -> int:
        """How many bytes of one piece may wait for whoever takes them."""
        return WAITING_BYTES if self._count > 1 else _ALONE_BYTES

    @contextmanager
    def passing(self) -> Generator[None]:
        """One more piece is on its way, for as long as this lasts."""
        with self._lock:
            self._count += 1
        try:
            yield
        finally:
            with self._lock:
                self._count -= 1


STREAMS: Final = Streams()
