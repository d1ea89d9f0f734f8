"""What an engine's tests give the conformance suite: a store's content, and ways to damage it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from seawall.model.target import Target


@dataclass(frozen=True)
class Seed:
    """One engine's content for the shared suite; lies in `tests/engines/<engine>/seed.py`.

    Attributes:
        patterns: Key patterns for a store without a schema.
        fill: Writes `collection` with the given number of records, fields `id` ("1", "2", ...)
            and `parent` (the same as id for odd ids, absent for even ones), and a few records of
            every type the engine has elsewhere.
        add: Writes one more record with the given id into `collection`.
        change: Changes one value of one record of `collection`, none of the keys.
        remove: Removes the record with the given id from `collection`.
        collection: Name of the collection that `fill` writes.
    """

    patterns: tuple[tuple[str, str], ...]
    fill: Callable[[Target, int], None]
    add: Callable[[Target, int], None]
    change: Callable[[Target], None]
    remove: Callable[[Target, int], None]
    collection: str

    @contextmanager
    def writing(self, target: Target) -> Iterator[None]:
        """Add and remove records without a pause until the end of the context."""
        over = threading.Event()

        def write() -> None:
            number = 1_000_000
            while not over.is_set():
                self.add(target, number)
                self.remove(target, number - 5)
                number += 1

        writer = threading.Thread(target=write)
        writer.start()
        try:
            yield
        finally:
            over.set()
            writer.join()
