"""A strict reader of BSON files, by bsonspec.org 1.1 alone: independent of Seawall's and of pymongo's.

Every length, type, terminator, name and text is checked; a value is read as (type, content).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, NamedTuple


class Value(NamedTuple):
    """One value: BSON's type number and what is in it."""

    kind: int
    content: Any


class NotBsonError(Exception):
    """The bytes break the specification."""


def read_file(content: bytes) -> Iterator[list[tuple[str, Value]]]:
    """The documents of a mongodump file."""
    at = 0
    while at < len(content):
        fields, at = _document(content, at)
        yield fields


def _need(condition: bool, at: int) -> None:
    if not condition:
        msg = f"at byte {at}"
        raise NotBsonError(msg)


def _int32(data: bytes, at: int) -> tuple[int, int]:
    _need(at + 4 <= len(data), at)
    return struct.unpack_from("<i", data, at)[0], at + 4


def _document(data: bytes, start: int) -> tuple[list[tuple[str, Value]], int]:
    size, at = _int32(data, start)
    end = start + size
    _need(size >= 5 and end <= len(data) and data[end - 1] == 0, start)
    fields: list[tuple[str, Value]] = []
    while at < end - 1:
        kind = data[at]
        name, at = _cstring(data, at + 1)
        content, at = _value(data, kind, at)
        fields.append((name, Value(kind, content)))
    _need(at == end - 1, at)
    return fields, end


def _cstring(data: bytes, at: int) -> tuple[str, int]:
    end = data.find(b"\x00", at)
    _need(end >= 0, at)
    return data[at:end].decode("utf-8"), end + 1


def _string(data: bytes, at: int) -> tuple[str, int]:
    size, at = _int32(data, at)
    _need(size >= 1 and at + size <= len(data) and data[at + size - 1] == 0, at)
    return data[at : at + size - 1].decode("utf-8"), at + size


def _bytes(data: bytes, at: int, size: int) -> tuple[bytes, int]:
    _need(at + size <= len(data), at)
    return data[at : at + size], at + size


def _binary(data: bytes, at: int) -> tuple[tuple[int, bytes], int]:
    size, at = _int32(data, at)
    _need(size >= 0, at)
    subtype = data[at]
    content, at = _bytes(data, at + 1, size)
    if subtype == 2:
        _need(struct.unpack_from("<i", content)[0] == size - 4, at)
    return (subtype, content), at


def _code_with_scope(data: bytes, start: int) -> tuple[Any, int]:
    size, at = _int32(data, start)
    code, at = _string(data, at)
    scope, at = _document(data, at)
    _need(at == start + size, at)
    return (code, scope), at


FIXED = {0x01: 8, 0x06: 0, 0x07: 12, 0x09: 8, 0x0A: 0, 0x10: 4, 0x11: 8, 0x12: 8, 0x13: 16}
FIXED |= {0x7F: 0, 0xFF: 0}


def _value(data: bytes, kind: int, at: int) -> tuple[Any, int]:  # noqa: PLR0911 - one line a type
    if kind in FIXED:
        return _bytes(data, at, FIXED[kind])
    if kind == 0x08:
        _need(data[at] in (0, 1), at)
        return data[at] == 1, at + 1
    if kind in {0x02, 0x0D, 0x0E}:
        return _string(data, at)
    if kind in {0x03, 0x04}:
        return _document(data, at)
    if kind == 0x05:
        return _binary(data, at)
    if kind == 0x0B:
        pattern, at = _cstring(data, at)
        options, at = _cstring(data, at)
        return (pattern, options), at
    if kind == 0x0C:
        name, at = _string(data, at)
        identity, at = _bytes(data, at, 12)
        return (name, identity), at
    _need(kind == 0x0F, at)
    return _code_with_scope(data, at)
