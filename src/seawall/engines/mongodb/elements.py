"""BSON documents as bytes: their elements, never decoded, so that nothing of a value is lost.

A driver's values forget what Seawall must keep: the bits of a NaN, a symbol, an old UUID, the
order of a reference's fields. So documents are cut into elements, and only names are read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

DOUBLE: Final = 0x01
TEXT: Final = 0x02
DOCUMENT: Final = 0x03
ARRAY: Final = 0x04
DATE: Final = 0x09
INT32: Final = 0x10
TIMESTAMP: Final = 0x11
INT64: Final = 0x12
TRUTH: Final = 0x08

EMPTY: Final = b"\x05\x00\x00\x00\x00"
SMALLEST_BYTES: Final = len(EMPTY)
# Value sizes of types that have a fixed one; bsonspec.org, version 1.1.
FIXED: Final = {
    0x01: 8, 0x06: 0, 0x07: 12, 0x08: 1, 0x09: 8, 0x0A: 0, 0x10: 4, 0x11: 8, 0x12: 8, 0x13: 16,
    0x7F: 0, 0xFF: 0,
}  # fmt: skip
# Types that begin with a length; what of the value the length does not count.
COUNTED: Final = {0x02: 4, 0x03: 0, 0x04: 0, 0x05: 5, 0x0C: 16, 0x0D: 4, 0x0E: 4, 0x0F: 0}
REGEX: Final = 0x0B
_LENGTH: Final = struct.Struct("<i")


class Element(NamedTuple):
    """One field of a document.

    Attributes:
        name: As it is stored.
        kind: BSON's type number.
        value: As it is stored.
    """

    name: bytes
    kind: int
    value: bytes


class BrokenBsonError(ValueError):
    """Bytes that are no BSON document."""


def elements(document: bytes) -> Iterator[Element]:
    """The fields of a document or an array, in order.

    Raises:
        BrokenBsonError: When lengths or types are not BSON's.
    """
    size = len(document)
    if size < SMALLEST_BYTES or _LENGTH.unpack_from(document)[0] != size or document[-1]:
        raise BrokenBsonError
    at = 4
    while at < size - 1:
        kind = document[at]
        name_ends = document.find(b"\x00", at + 1)
        if name_ends < 0:
            raise BrokenBsonError
        ends = _find_end(document, kind, name_ends + 1)
        if ends > size - 1:
            raise BrokenBsonError
        yield Element(document[at + 1 : name_ends], kind, document[name_ends + 1 : ends])
        at = ends


def _find_end(document: bytes, kind: int, at: int) -> int:
    fixed = FIXED.get(kind)
    if fixed is not None:
        return at + fixed
    if kind == REGEX:
        ends = document.find(b"\x00", document.find(b"\x00", at) + 1) + 1
        if ends <= at:
            raise BrokenBsonError
        return ends
    beside = COUNTED.get(kind)
    if beside is None or at + 4 > len(document):
        raise BrokenBsonError
    counted = _LENGTH.unpack_from(document, at)[0]
    if counted < 0:
        raise BrokenBsonError
    return int(at + beside + counted)


def make_document(fields: Iterable[Element]) -> bytes:
    """A document of elements."""
    body = b"".join([b"%c%b\x00%b" % (each.kind, each.name, each.value) for each in fields])
    return _LENGTH.pack(len(body) + SMALLEST_BYTES) + body + b"\x00"


def split_documents(batch: bytes) -> Iterator[bytes]:
    """The documents of a run of them, as servers send and files hold them.

    Raises:
        BrokenBsonError: When a length leads out of the batch.
    """
    at = 0
    while at < len(batch):
        if at + SMALLEST_BYTES > len(batch):
            raise BrokenBsonError
        ends = at + _LENGTH.unpack_from(batch, at)[0]
        if not at + SMALLEST_BYTES <= ends <= len(batch):
            raise BrokenBsonError
        yield batch[at:ends]
        at = ends


def read_documents(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Documents out of chunks that are cut anywhere.

    Raises:
        BrokenBsonError: When what is there is no run of whole documents.
    """
    held = bytearray()
    for chunk in chunks:
        held += chunk
        at = 0
        while len(held) - at >= SMALLEST_BYTES:
            size = _LENGTH.unpack_from(held, at)[0]
            if size < SMALLEST_BYTES:
                raise BrokenBsonError
            if len(held) - at < size:
                break
            yield bytes(held[at : at + size])
            at += size
        del held[:at]
    if held:
        raise BrokenBsonError


def find(document: bytes, name: bytes) -> Element | None:
    """The first field of a name."""
    return next((each for each in elements(document) if each.name == name), None)


def text_of(element: Element | None) -> str:
    """A text field's text; empty where it is none."""
    if element is None or element.kind != TEXT:
        return ""
    return element.value[4:-1].decode(errors="surrogateescape")


def document_of(element: Element | None) -> bytes:
    """A field's document or array; empty where it is none."""
    is_one = element is not None and element.kind in {DOCUMENT, ARRAY}
    return element.value if element and is_one else EMPTY


def number_of(element: Element | None) -> float | None:
    """A field's number; None where it is none."""
    forms = {DOUBLE: "<d", INT32: "<i", INT64: "<q"}
    if element is None or element.kind not in forms:
        return None
    (number,) = struct.unpack(forms[element.kind], element.value)
    return float(number)


def make_text(name: bytes, text: str) -> Element:
    """A text field."""
    encoded = text.encode(errors="surrogateescape")
    return Element(name, TEXT, _LENGTH.pack(len(encoded) + 1) + encoded + b"\x00")
