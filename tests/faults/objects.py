"""A repository that fails, or dies, at its n-th call: before, during or after the call's effect."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import NoReturn

from seawall.errors import UnreachableError
from seawall.repository.objects import Objects


class Moment(Enum):
    """When a call is struck."""

    BEFORE = "before"
    DURING = "during"
    """After the first chunk of a stream; other calls are struck before their effect."""
    AFTER = "after"
    """The call has had its effect, but its caller never learns of it."""


def fail() -> NoReturn:
    """The storage does not answer."""
    raise UnreachableError(
        "SW-REPOSITORY-001", attempted="reach the storage", happened="injected.", hint="None."
    )


def kill() -> NoReturn:
    """The process is gone at once: no `finally` runs."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


@dataclass
class FaultyObjects:
    """Hands every call on and strikes at one of them. Implements `Objects`.

    Attributes:
        inner: The real one.
        at: Which call is struck, counted from 1; 0 strikes none.
        on: Instead of a number, a text of the call that is struck: the first one that has it.
        moment: When within the call.
        strike: `fail` or `kill`.
        calls: What was called so far.
    """

    inner: Objects
    at: int = 0
    on: str = ""
    moment: Moment = Moment.BEFORE
    strike: Callable[[], None] = fail
    calls: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.inner.url

    def put_stream(self, key: str, chunks: Iterable[bytes]) -> None:
        number = self._begin(f"put_stream {key}")
        self.inner.put_stream(key, self._stream(number, chunks))
        self._end(number)

    def put_new(self, key: str, content: bytes) -> None:
        number = self._begin(f"put_new {key}")
        self.inner.put_new(key, content)
        self._end(number)

    def get_stream(self, key: str) -> Iterator[bytes]:
        number = self._begin(f"get_stream {key}")
        yield from self._stream(number, self.inner.get_stream(key))
        self._end(number)

    def list_keys(self, prefix: str) -> tuple[str, ...]:
        number = self._begin(f"list_keys {prefix}")
        found = self.inner.list_keys(prefix)
        self._end(number)
        return found

    def size(self, key: str) -> int:
        number = self._begin(f"size {key}")
        found = self.inner.size(key)
        self._end(number)
        return found

    def delete(self, key: str) -> None:
        number = self._begin(f"delete {key}")
        self.inner.delete(key)
        self._end(number)

    def discard_uploads(self, prefix: str) -> int:
        number = self._begin(f"discard_uploads {prefix}")
        found = self.inner.discard_uploads(prefix)
        self._end(number)
        return found

    def _begin(self, call: str) -> int:
        self.calls.append(call)
        number = len(self.calls)
        if self.on and not self.at and self.on in call:
            self.at = number
        is_stream = "_stream" in call
        if self.moment is Moment.BEFORE or (self.moment is Moment.DURING and not is_stream):
            self._strike_at(number)
        return number

    def _end(self, number: int) -> None:
        if self.moment is Moment.AFTER:
            self._strike_at(number)

    def _stream(self, number: int, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            yield chunk
            if self.moment is Moment.DURING:
                self._strike_at(number)

    def _strike_at(self, number: int) -> None:
        if number == self.at:
            self.strike()
