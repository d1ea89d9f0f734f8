"""The closed union of field values, with canonical bytes and the text that links compare.

Engines translate their own types into this union; links and digests speak only it.

    null            None            array           tuple of values
    truth           bool            ordered map     tuple of (text, value) in `Mapping`
    integer         int             date, time      `Moment` (ISO text, precision, zone)
    64-bit float    float           anything else   `Opaque` (engine tag and bytes)
    decimal         Decimal
    text, bytes     str, bytes
    uuid            UUID

A field that is absent is `MISSING`, which is not null.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias, Union
from uuid import UUID


@dataclass(frozen=True)
class Missing:
    """A field that a record does not have."""


MISSING: Final = Missing()


@dataclass(frozen=True)
class Moment:
    """A date, time or timestamp outside of Python's limits as well as inside.

    Attributes:
        text: ISO 8601 without zone; years before 1 AD with a sign, as `-0043-03-15`.
        precision: Digits after the second that the store keeps; -1 for a date.
        zone: `Z`, an offset such as `+02:00`, or empty for local time.
    """

    text: str
    precision: int
    zone: str


@dataclass(frozen=True)
class Mapping:
    """An ordered map with text keys."""

    items: tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class Opaque:
    """A value only its engine understands.

    Attributes:
        tag: Engine and type, as `postgres/tsvector`.
        content: The engine's own encoding.
    """

    tag: str
    content: bytes


# A Union because `|` cannot name the alias within itself at run time.
Value: TypeAlias = Union[  # noqa: UP007
    bool,
    int,
    float,
    Decimal,
    str,
    bytes,
    UUID,
    Moment,
    Mapping,
    Opaque,
    Missing,
    tuple["Value", ...],
    None,
]


def canonical_bytes(value: Value) -> bytes:
    """Encode a value so that equal bytes mean equal values, type included.

    Each value is a one-byte tag, an eight-byte big-endian length and its content, so that no
    concatenation of two values can be read as two others. -0.0 differs from 0.0, 1 from 1.0, and
    decimals keep their scale: 1.0 differs from 1.00.
    """
    tag, content = _encode(value)
    return tag + struct.pack(">Q", len(content)) + content


def _encode(value: Value) -> tuple[bytes, bytes]:  # noqa: C901, PLR0911, PLR0912 - one line a type
    match value:
        case Missing():
            return b"?", b""
        case None:
            return b"n", b""
        case bool():
            return b"b", b"\x01" if value else b"\x00"
        case int():
            return b"i", b"%d" % value
        case float():
            return b"f", struct.pack(">d", value)
        case Decimal():
            return b"d", str(value).encode()
        case str():
            return b"t", value.encode("utf-8", "surrogatepass")
        case bytes():
            return b"x", value
        case UUID():
            return b"u", value.bytes
        case Moment():
            return b"m", f"{value.text}|{value.precision}|{value.zone}".encode()
        case Opaque():
            return b"o", canonical_bytes(value.tag) + value.content
        case Mapping():
            pairs = (canonical_bytes(key) + canonical_bytes(item) for key, item in value.items)
            return b"{", b"".join(pairs)
        case tuple():
            return b"[", b"".join(map(canonical_bytes, value))


def link_text(value: Value) -> str | None:  # noqa: PLR0911 - one line a type
    """The text by which links compare values of different engines; None promises nothing.

    A key space holds `2013` as text where a table holds it as an integer, so a link compares the
    plain text of both. Whole numbers lose their fraction, UUIDs are lower case with dashes, bytes
    are hex.
    """
    match value:
        case None | Missing():
            return None
        case bool():
            return "true" if value else "false"
        case int() | str() | UUID():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case Decimal():
            return str(int(value)) if value == value.to_integral_value() else str(value.normalize())
        case bytes():
            return value.hex()
        case Moment():
            return value.text + value.zone
        case _:
            return canonical_bytes(value).hex()
