"""One object on its way in parts: what makes its chunks never runs within the library's call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from seawall.repository.conveyor import GivenUpError, HandOver


class Upload:
    """A put in a thread of its own; unless it is completed, leaving gives it up.

    Args:
        put: Stores the chunks it is given; when they raise, it leaves nothing.
    """

    def __init__(self, put: Callable[[Iterable[bytes]], object]) -> None:
        self._put = put
        self._chunks = HandOver()
        self._thread = ThreadPoolExecutor(1, "seawall-upload")
        self._ended = self._thread.submit(self._run)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._chunks.give_up()
        self._thread.shutdown()

    def send(self, chunk: bytes) -> None:
        """Hand over one chunk; raises the error with which the put has failed."""
        try:
            self._chunks.send(chunk)
        except GivenUpError:
            self._ended.result()
            raise

    def complete(self) -> None:
        """Say that every chunk was sent, and wait until the object is stored."""
        self._chunks.end()
        self._ended.result()

    def _run(self) -> None:
        try:
            self._put(self._chunks)
        finally:
            self._chunks.give_up()
