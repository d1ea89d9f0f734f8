"""Objects whose bytes are told to whoever listens, while they pass."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

from seawall.model.progress import Progress
from seawall.repository.objects import Objects


class MeteredObjects:
    """Hands every call on, and tells the bytes of what is streamed. Implements `Objects`.

    Args:
        inner: Where the objects lie.
        progress: Told after each chunk, from whichever thread moves it.
        what: What the bytes belong to, for people: `storing orders`.
    """

    def __init__(self, inner: Objects, progress: Progress, what: str) -> None:
        self._inner = inner
        self._progress = progress
        self._what = what
        self._lock = threading.Lock()
        self._done = 0

    @property
    def url(self) -> str:
        """Where the objects lie."""
        return self._inner.url

    def put_stream(self, key: str, chunks: Iterable[bytes]) -> None:
        """Store one large object, counted."""
        self._inner.put_stream(key, self._counted(chunks))

    def put_new(self, key: str, content: bytes) -> None:
        """Store one small object."""
        self._inner.put_new(key, content)

    def get_stream(self, key: str) -> Iterator[bytes]:
        """Read one object, counted."""
        return self._counted(self._inner.get_stream(key))

    def list_keys(self, prefix: str) -> tuple[str, ...]:
        """The keys below one folder of keys."""
        return self._inner.list_keys(prefix)

    def size(self, key: str) -> int:
        """An object's bytes."""
        return self._inner.size(key)

    def delete(self, key: str) -> None:
        """Remove an object."""
        self._inner.delete(key)

    def discard_uploads(self, prefix: str) -> int:
        """Remove what killed processes left of uploads."""
        return self._inner.discard_uploads(prefix)

    def _counted(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            with self._lock:
                self._done += len(chunk)
                done = self._done
            self._progress.advance(self._what, done)
            yield chunk
