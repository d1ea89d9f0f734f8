"""Sizes and BLAKE3 hashes of bytes as they pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from blake3 import blake3


@dataclass
class Measured:
    """Counts and hashes bytes as they pass.

    Attributes:
        size: Bytes so far.
    """

    size: int = 0
    _hasher: blake3 = field(default_factory=blake3, repr=False)

    def watch(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The same chunks, measured."""
        for chunk in chunks:
            self._hasher.update(chunk)
            self.size += len(chunk)
            yield chunk

    def exhaust(self, chunks: Iterable[bytes]) -> None:
        """Measure chunks that nobody else reads."""
        for _ in self.watch(chunks):
            pass

    @property
    def hash(self) -> str:
        """BLAKE3 of all bytes so far, hex."""
        return self._hasher.hexdigest()
