"""Binary log files as the server writes them: a chain of events, each with its place and checksum."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

MAGIC: Final = b"\xfebin"
# Time, kind, server, length, place of the next event, flags.
_HEAD: Final = struct.Struct("<IBIIIH")
_PLACE_MODULUS: Final = 2**32
STOP: Final = 3
ROTATE: Final = 4
FORMAT: Final = 15
GTID: Final = 162
GTID_LIST: Final = 163
ENCRYPTION: Final = 164
CHECKSUM_BYTES: Final = 4
CRC32: Final = 1
# Set in the first event while the file is being written; its checksum is without it.
IN_USE_FLAG: Final = 1
FLAGS_PLACE: Final = 17
CHUNK_BYTES: Final = 2**20
# Version, the server's version, time, and how long the heads of events are.
LEAST_FORMAT_BYTES: Final = _HEAD.size + 2 + 50 + 4 + 1 + CHECKSUM_BYTES + 1
# Events whose content is looked at are small.
READ_BYTES: Final = 2**24


@dataclass(frozen=True)
class LogPlace:
    """A place in the binary log: after all events before it.

    Attributes:
        file: Such as `binlog.000007`.
        offset: In that file.
    """

    file: str
    offset: int

    @classmethod
    def parse(cls, text: str) -> LogPlace:
        """Parse `binlog.000007:4711`."""
        file, _, offset = text.rpartition(":")
        return cls(file, int(offset))

    @property
    def text(self) -> str:
        """As `binlog.000007:4711`."""
        return f"{self.file}:{self.offset}"

    @property
    def number(self) -> int:
        """Of the file."""
        return int(self.file.rpartition(".")[2])

    @property
    def order(self) -> tuple[int, int]:
        """Greater for a later place."""
        return self.number, self.offset


def files_between(start: LogPlace, end: LogPlace) -> list[str]:
    """Names of the files from one place to another, both included."""
    stem, _, digits = start.file.rpartition(".")
    numbers = range(start.number, end.number + 1)
    return [f"{stem}.{number:0{len(digits)}d}" for number in numbers]


@dataclass(frozen=True)
class Event:
    """One event.

    Attributes:
        place: Its first byte.
        end: The byte after it.
        kind: Its number.
        server: Who wrote it first.
        content: Its bytes after the head, the checksum included; empty where they are many.
        fault: What is wrong with it; empty when nothing is.
    """

    place: int
    end: int
    kind: int
    server: int
    content: bytes
    fault: str


def read_events(path: Path) -> Iterator[Event]:
    """The events of a file in order; the last one read is the one with a fault."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            yield Event(0, 0, 0, 0, b"", "it is no binary log")
            return
        place, size, has_checksums = len(MAGIC), path.stat().st_size, False
        while place < size:
            event = _read_event(file, place, size, has_checksums=has_checksums)
            yield event
            if event.fault:
                return
            if event.kind == FORMAT:
                has_checksums = _announces_checksums(event.content)
            place = event.end


def _read_event(file: IO[bytes], place: int, size: int, *, has_checksums: bool) -> Event:
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return Event(place, size, 0, 0, b"", f"it ends within the event at {place}")
    _, kind, server, length, following, _ = _HEAD.unpack(head)
    end = place + length
    if length < _HEAD.size or end > size or following != end % _PLACE_MODULUS:
        return Event(place, end, kind, server, b"", f"the chain of its events breaks at {place}")
    is_format = kind == FORMAT
    if is_format != (place == len(MAGIC)) or (is_format and length < LEAST_FORMAT_BYTES):
        return Event(place, end, kind, server, b"", f"the event at {place} is damaged")
    content, is_right = _read_content(file, head, length - _HEAD.size, is_format=is_format)
    # The first event has a checksum even where the others have none.
    if (has_checksums or is_format) and not is_right:
        return Event(place, end, kind, server, b"", f"the event at {place} is damaged")
    return Event(place, end, kind, server, content, "")


def _read_content(
    file: IO[bytes], head: bytes, length: int, *, is_format: bool
) -> tuple[bytes, bool]:
    """The content, and whether its last four bytes are the checksum of all before them."""
    if is_format:
        head = head[:FLAGS_PLACE] + bytes([head[FLAGS_PLACE] & ~IN_USE_FLAG]) + head[-1:]
    kept: list[bytes] = []
    total, last, left = zlib.crc32(head), b"", length
    while left:
        chunk = file.read(min(left, CHUNK_BYTES))
        if not chunk:
            break
        left -= len(chunk)
        known = last + chunk
        total = zlib.crc32(known[:-CHECKSUM_BYTES], total)
        last = known[-CHECKSUM_BYTES:]
        if length <= READ_BYTES:
            kept.append(chunk)
    is_right = int.from_bytes(last, "little") == total and not left
    return b"".join(kept), is_right


def _announces_checksums(content: bytes) -> bool:
    """The first event says how the others are checked: in the byte before its own checksum."""
    return content[-CHECKSUM_BYTES - 1] == CRC32


def next_file(event: Event, *, has_checksums: bool) -> str:
    """The file that a ROTATE event names."""
    end = -CHECKSUM_BYTES if has_checksums else None
    return event.content[8:end].decode(errors="replace")


def counted(event: Event) -> dict[tuple[int, int], int]:
    """(domain, server) -> number, of a GTID event or of the list that opens a file."""
    if event.kind == GTID:
        number, domain = struct.unpack_from("<QI", event.content)
        return {(domain, event.server): number}
    (head,) = struct.unpack_from("<I", event.content)
    entries = struct.iter_unpack("<IIQ", event.content[4 : 4 + 16 * (head & 0x0FFFFFFF)])
    return {(domain, server): number for domain, server, number in entries}
