"""Values of documents as the text by which links compare values of all engines."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from seawall.engines.mongodb.client import decode
from seawall.engines.mongodb.elements import (
    ARRAY,
    DATE,
    DOUBLE,
    INT32,
    INT64,
    TEXT,
    TRUTH,
    Element,
    elements,
    make_document,
)
from seawall.model.value import Moment, Opaque, Value, link_text

UNDEFINED: Final = 0x06
OBJECT_ID: Final = 0x07
NULL: Final = 0x0A
BINARY: Final = 0x05
SYMBOL: Final = 0x0E
DECIMAL: Final = 0x13
UUID_SUBTYPE: Final = 4
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECONDS: Final = 3


def link_texts(element: Element | None) -> Iterator[str | None]:
    """The texts of a field: one, or one for each element where it holds an array."""
    if element is not None and element.kind == ARRAY:
        yield from (to_text(each) for each in elements(element.value))
    else:
        yield to_text(element)


def to_text(element: Element | None) -> str | None:
    """The text of one value; None promises nothing."""
    if element is None or element.kind in {NULL, UNDEFINED}:
        return None
    return link_text(_to_value(element))


def _to_value(element: Element) -> Value:  # noqa: PLR0911 - one line a type
    kind, value = element.kind, element.value
    if kind in {TEXT, SYMBOL}:
        return value[4:-1].decode(errors="surrogateescape")
    if kind in {INT32, INT64}:
        return int.from_bytes(value, "little", signed=True)
    if kind == DOUBLE:
        (number,) = struct.unpack("<d", value)
        return float(number)
    if kind == TRUTH:
        return value != b"\x00"
    if kind == OBJECT_ID:
        return value.hex()
    if kind == DATE:
        return _to_moment(int.from_bytes(value, "little", signed=True))
    if kind == DECIMAL:
        return _to_decimal(element)
    if kind == BINARY:
        content = value[5:]
        return UUID(bytes=content) if value[4] == UUID_SUBTYPE else content
    return Opaque(f"mongodb/{kind}", value)


def _to_moment(milliseconds: int) -> Value:
    try:
        moment = EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return str(milliseconds)
    text = moment.replace(tzinfo=None).isoformat(timespec="milliseconds")
    # Seconds without a fraction have none in the other engines' texts either.
    return Moment(text.rstrip("0").rstrip(".") if "." in text else text, MILLISECONDS, "Z")


def _to_decimal(element: Element) -> Value:
    (number,) = decode(make_document((Element(b"n", element.kind, element.value),))).values()
    value: Any = number.to_decimal()
    try:
        return Decimal(value) if value.is_finite() else str(value)
    except InvalidOperation:
        return str(value)
