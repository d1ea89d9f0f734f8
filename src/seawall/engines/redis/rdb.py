"""The beginning of an RDB payload: its format's number, and what it says about its own origin.

https://rdb.fnordig.de/file_format.html: five letters of REDIS or six of VALKEY with the number,
nine bytes together, then auxiliary fields, each an opcode and two strings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MAGIC_BYTES: Final = 9
MAGICS: Final = (b"REDIS", b"VALKEY")
AUXILIARY: Final = 0xFA
# The two highest bits of a length tell how many bytes it has, or that an integer follows.
SHORT, LONG, INTEGER = 0, 1, 3
INTEGER_BYTES: Final = {0: 1, 1: 2, 2: 4}


@dataclass(frozen=True)
class RdbHead:
    """What the first bytes of a payload tell.

    Attributes:
        version: The format's number; 0 when it is no RDB payload.
        replication_id: Of the stream that follows the payload; empty where it is not told.
        offset: Where that stream begins; -1 where it is not told.
        database: Which database the stream's first command means; a replica that is followed
            does not say it again.
    """

    version: int
    replication_id: str = ""
    offset: int = -1
    database: int = 0


def read_head(data: bytes) -> RdbHead:
    """Read the head from a payload's first kilobytes."""
    magic = data[:MAGIC_BYTES]
    name = next((each for each in MAGICS if magic.startswith(each)), b"")
    number = magic[len(name) :]
    if not name or not number.isdigit():
        return RdbHead(0)
    fields = _read_fields(data)
    return RdbHead(
        version=int(number),
        replication_id=fields.get(b"repl-id", b"").decode(errors="replace"),
        offset=int(fields.get(b"repl-offset", b"-1")),
        database=int(fields.get(b"repl-stream-db", b"0")),
    )


def _read_fields(data: bytes) -> dict[bytes, bytes]:
    fields: dict[bytes, bytes] = {}
    position = MAGIC_BYTES
    while position < len(data) and data[position] == AUXILIARY:
        name, position = _read_string(data, position + 1)
        fields[name], position = _read_string(data, position)
    return fields


def _read_string(data: bytes, position: int) -> tuple[bytes, int]:
    """One string and where it ends; empty, and the end of the data, where it is none."""
    first = data[position] if position < len(data) else 0xFF
    kind, low = first >> 6, first & 0x3F
    if kind == SHORT:
        begin, length = position + 1, low
    elif kind == LONG and position + 1 < len(data):
        begin, length = position + 2, low << 8 | data[position + 1]
    elif kind == INTEGER and low in INTEGER_BYTES:
        begin, length = position + 1, INTEGER_BYTES[low]
        number = int.from_bytes(data[begin : begin + length], "little", signed=True)
        return b"%d" % number, begin + length
    else:
        return b"", len(data)
    return data[begin : begin + length], begin + length
