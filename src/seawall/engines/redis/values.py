"""Canonical bytes of values: equal bytes mean equal values, whatever the encoding or version.

A small value is one text: how many elements, their lengths, the elements; those of a set and the
pairs of a hash are sorted. A large one is its count, its bytes and a digest that is built while
it streams by: in order for lists, sorted sets, streams and strings; as a sum over the elements,
which needs no order, for sets and hashes. Which of the two it is depends on the value alone.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any, Final

from blake3 import blake3

MOST_ELEMENTS: Final = 512
MOST_BYTES: Final = 1 << 20
DIGEST_BYTES: Final = 16
MODULUS: Final = 1 << (8 * DIGEST_BYTES)


def encode_parts(parts: Sequence[bytes]) -> bytes:
    """Parts so that no other parts give the same bytes."""
    lengths = struct.pack(f">{len(parts) + 1}Q", len(parts), *map(len, parts))
    return lengths + b"".join(parts)


def encode_set(elements: Sequence[bytes]) -> bytes:
    """A small set."""
    return encode_parts(sorted(elements))


def encode_hash(pairs: Sequence[bytes]) -> bytes:
    """A small hash, from field, value, ..."""
    fields = iter(pairs)
    ordered = sorted(zip(fields, fields, strict=True))
    return encode_parts([part for pair in ordered for part in pair])


def encode_scored(members: Sequence[bytes], scores: bytes) -> bytes:
    """A small sorted set in the server's order, with its packed scores."""
    return encode_parts(members) + scores


def pack_scores(texts: Sequence[bytes]) -> bytes:
    """Scores by their bits: their texts differ between versions. -0 is 0, as for the server."""
    return struct.pack(f">{len(texts)}d", *(float(text) + 0.0 for text in texts))


def encode_stream(last: bytes, entries: Sequence[Any], groups: bytes) -> bytes:
    """A small stream with its groups."""
    parts = [last, groups]
    for entry, fields in entries:
        parts.append(entry)
        parts.append(encode_parts(fields))
    return encode_parts(parts)


def encode_groups(groups: Sequence[Sequence[Any]]) -> bytes:
    """Consumer groups as XINFO STREAM FULL lists them: who has what pending since when.

    Left out: entries-read and lag, which replicas derive anew, and when consumers were last seen,
    which is when the copy replayed it.
    """
    encoded: list[bytes] = []
    for group in groups:
        named = dict(zip(group[::2], group[1::2], strict=True))
        pending = [
            encode_parts([entry, consumer, b"%d" % delivered, b"%d" % count])
            for entry, consumer, delivered, count in named[b"pending"]
        ]
        consumers = sorted(
            dict(zip(each[::2], each[1::2], strict=True))[b"name"] for each in named[b"consumers"]
        )
        parts = [named[b"name"], named[b"last-delivered-id"]]
        encoded.append(encode_parts([*parts, encode_parts(pending), encode_parts(consumers)]))
    return encode_parts(sorted(encoded))


def split_fields(
    pairs: Sequence[bytes], times: Sequence[int]
) -> tuple[list[bytes], list[tuple[bytes, bytes, int]]]:
    """Part a hash by its fields' expiry (-1: none) into field, value, ... and expiring triples."""
    lasting: list[bytes] = []
    expiring: list[tuple[bytes, bytes, int]] = []
    for field, value, time in zip(pairs[::2], pairs[1::2], times, strict=True):
        if time < 0:
            lasting += (field, value)
        else:
            expiring.append((field, value, time))
    return lasting, expiring


class Digest:
    """Hashes one large value while it streams by; small after all, it encodes it as such.

    Args:
        key: Of the keyed hash.
        is_ordered: Whether the order of the elements is part of the value.
    """

    def __init__(self, key: bytes, *, is_ordered: bool) -> None:
        self._key = key
        self._is_ordered = is_ordered
        self._running = blake3(key=key)
        self._sum = 0
        self._bytes = 0
        self._count = 0
        self._held: list[tuple[bytes, ...]] | None = []

    @property
    def count(self) -> int:
        """Elements so far."""
        return self._count

    @property
    def held(self) -> list[tuple[bytes, ...]] | None:
        """All elements, while they are few and short; else None."""
        return self._held

    def add(self, elements: Sequence[tuple[bytes, ...]]) -> None:
        """Take the next elements."""
        self._count += len(elements)
        self._bytes += sum(len(part) for element in elements for part in element)
        encoded = [
            b"".join([b"%d:%b" % (len(part), part) for part in element]) for element in elements
        ]
        if self._is_ordered:
            self._running.update(b"".join(encoded))
        else:
            key = self._key
            self._sum += sum(
                int.from_bytes(blake3(each, key=key).digest(DIGEST_BYTES)) for each in encoded
            )
        if self._held is not None and self._is_small():
            self._held += elements
        else:
            self._held = None

    def finish(self) -> bytes:
        """The large value's canonical bytes."""
        inner = (
            self._running.digest(DIGEST_BYTES)
            if self._is_ordered
            else (self._sum % MODULUS).to_bytes(DIGEST_BYTES)
        )
        return struct.pack(">QQ", self._count, self._bytes) + inner

    def _is_small(self) -> bool:
        return self._count <= MOST_ELEMENTS and self._bytes <= MOST_BYTES


def _encode_string(value: bytes) -> bytes:
    return value


def _encode_scored_texts(pairs: Sequence[bytes]) -> bytes:
    return encode_scored(pairs[::2], pack_scores(pairs[1::2]))


ENCODERS: Final[dict[bytes, Callable[[Any], bytes]]] = {
    b"string": _encode_string,
    b"list": encode_parts,
    b"set": encode_set,
    b"zset": _encode_scored_texts,
}
"""Small values whose reply needs nothing but encoding, by type."""
