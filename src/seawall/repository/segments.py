"""A stream taken apart into segments: how what is larger than one object goes on in others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


class Remainder:
    """What is left of chunks, of which some are taken at a time."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._next = b""

    def take(self, size: int) -> Iterator[bytes]:
        """Yield up to so many bytes; the last chunk is cut where they end."""
        while size and not self.is_empty():
            chunk, self._next = self._next[:size], self._next[size:]
            size -= len(chunk)
            yield chunk

    def is_empty(self) -> bool:
        """Whether everything was taken; waits for the next chunk."""
        while not self._next:
            try:
                self._next = bytes(next(self._chunks))
            except StopIteration:
                return True
        return False


def sequel_key(key: str, number: int) -> str:
    """Where an object's segment of that number lies, counted from 1: the first is the key itself."""
    return key if number == 1 else f"{key}.{number:04d}"
