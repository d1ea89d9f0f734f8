"""Rows as the server sends them, taken apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

NULL: Final = 0xFB
# First byte of a length -> how many bytes it has after that one.
_WIDE: Final = {0xFC: 2, 0xFD: 3, 0xFE: 8}


def split_row(row: bytes) -> Iterator[bytes | None]:
    """The values of one row; None for NULL."""
    place, end = 0, len(row)
    while place < end:
        size = row[place]
        place += 1
        if size == NULL:
            yield None
            continue
        if size > NULL:
            wide = _WIDE[size]
            size = int.from_bytes(row[place : place + wide], "little")
            place += wide
        yield row[place : place + size]
        place += size
