"""Sums of document hashes, by the minute in which the documents expire."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from seawall.engines.mongodb.elements import ARRAY, DATE, DOCUMENT, Element, elements
from seawall.model.fingerprint import BUCKET_SECONDS, Bucket

DIGEST_BYTES: Final = 16
MODULUS: Final = 1 << (8 * DIGEST_BYTES)
NEVER: Final = -1


class Buckets:
    """The growing buckets of one collection."""

    def __init__(self) -> None:
        self._sums: dict[int, list[int]] = {NEVER: [0, 0]}

    def add(self, minute: int, digests: Iterable[bytes]) -> None:
        """Count documents that expire in one minute since 1970, or `NEVER`."""
        sums = self._sums.setdefault(minute, [0, 0])
        for each in digests:
            sums[0] += 1
            sums[1] += int.from_bytes(each)

    def freeze(self) -> tuple[Bucket, ...]:
        """The buckets as a fingerprint has them: what never expires first, even when empty."""
        ordered = sorted(self._sums.items())
        return tuple(
            Bucket(
                records,
                f"{total % MODULUS:032x}",
                None if minute == NEVER else float((minute + 1) * BUCKET_SECONDS),
            )
            for minute, (records, total) in ordered
        )


def find_minute(document: bytes, fields: tuple[tuple[bytes, float], ...]) -> int:
    """The minute in which a document expires by one of (dotted field, seconds), or `NEVER`."""
    ends = [
        (date / 1000 + seconds) // BUCKET_SECONDS
        for field, seconds in fields
        for date in _dates(document, field.split(b"."))
    ]
    return max(0, int(min(ends))) if ends else NEVER


def _dates(document: bytes, path: list[bytes]) -> Iterable[int]:
    """The dates at a path in milliseconds since 1970; of an array, all of its."""
    for each in elements(document):
        if each.name == path[0]:
            yield from _dates_of(each, path[1:])


def _dates_of(element: Element, rest: list[bytes]) -> Iterable[int]:
    if element.kind == DATE and not rest:
        yield int.from_bytes(element.value, "little", signed=True)
    elif element.kind == DOCUMENT and rest:
        yield from _dates(element.value, rest)
    elif element.kind == ARRAY:
        for each in elements(element.value):
            yield from _dates_of(each, rest)
