"""Places in the write-ahead log, and the names of the segment files that hold them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

PAGE_BYTES: Final = 8192
HEAD_BYTES: Final = 24
# Of a segment's first page.
FIRST_HEAD_BYTES: Final = 40


def parse_lsn(text: str) -> int:
    """A place as a number of bytes: `16/B374D848`."""
    high, _, low = text.partition("/")
    return (int(high, 16) << 32) + int(low, 16)


def format_lsn(place: int) -> str:
    """A place as PostgreSQL writes it."""
    return f"{place >> 32:X}/{place & 0xFFFFFFFF:X}"


def readable_end(place: int, segment_bytes: int) -> int:
    """Where to tell pg_waldump to end, so that it reads every record before a place.

    Just behind a page's head it would read on into memory of its own and call that a fault.
    """
    head = FIRST_HEAD_BYTES if place % segment_bytes < PAGE_BYTES else HEAD_BYTES
    return place - head if place % PAGE_BYTES == head else place


def segment_name(timeline: int, place: int, segment_bytes: int) -> str:
    """Name of the segment that holds the byte at a place: 24 hex digits."""
    number = place // segment_bytes
    per_file_group = 0x1_0000_0000 // segment_bytes
    return f"{timeline:08X}{number // per_file_group:08X}{number % per_file_group:08X}"


def segment_names(timeline: int, start: int, end: int, segment_bytes: int) -> Iterator[str]:
    """Names of the segments from the byte at `start` up to the byte before `end`."""
    for place in range(start - start % segment_bytes, end, segment_bytes):
        yield segment_name(timeline, place, segment_bytes)
