"""Places in the write-ahead log, and the names of the segment files that hold them."""

from __future__ import annotations

from collections.abc import Iterator


def parse_lsn(text: str) -> int:
    """A place as a number of bytes: `16/B374D848`."""
    high, _, low = text.partition("/")
    return (int(high, 16) << 32) + int(low, 16)


def format_lsn(place: int) -> str:
    """A place as PostgreSQL writes it."""
    return f"{place >> 32:X}/{place & 0xFFFFFFFF:X}"


def segment_name(timeline: int, place: int, segment_bytes: int) -> str:
    """Name of the segment that holds the byte at a place: 24 hex digits."""
    number = place // segment_bytes
    per_file_group = 0x1_0000_0000 // segment_bytes
    return f"{timeline:08X}{number // per_file_group:08X}{number % per_file_group:08X}"


def segment_names(timeline: int, start: int, end: int, segment_bytes: int) -> Iterator[str]:
    """Names of the segments from the byte at `start` up to the byte before `end`."""
    for place in range(start - start % segment_bytes, end, segment_bytes):
        yield segment_name(timeline, place, segment_bytes)
