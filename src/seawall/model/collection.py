"""What a store is made of, and the keys that links compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Collection:
    """One table, index, measurement or key space.

    Attributes:
        name: As links name it: `orders`, `sales.orders`, or `(other)`.
        fields: Names that a link may use, in the store's order.
        key: Fields that identify one record; empty where the store knows none.
        records: The store's own estimate, never a promise; -1 where it has none.
        size_bytes: The store's own estimate; -1 where it has none.
    """

    name: str
    fields: tuple[str, ...]
    key: tuple[str, ...]
    records: int
    size_bytes: int


class KeyCount(NamedTuple):
    """One tuple of field values in a collection, as link text, and how many records carry it.

    A named tuple, because links read millions of them.

    Attributes:
        values: One text per field (`model.value.link_text`); None for null or absent.
        records: Records with these values. A tuple may be yielded more than once.
    """

    values: tuple[str | None, ...]
    records: int
