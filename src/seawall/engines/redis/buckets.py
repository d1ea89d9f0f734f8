"""Sums of record hashes, by the minute in which the records expire."""

from __future__ import annotations

from seawall.engines.redis.values import MODULUS
from seawall.model.fingerprint import BUCKET_SECONDS, Bucket

BUCKET_MS = BUCKET_SECONDS * 1000


class Buckets:
    """The growing buckets of one collection."""

    def __init__(self) -> None:
        self._sums: dict[int, list[int]] = {}

    def add(self, expiry_ms: int, record_hash: int) -> None:
        """Count one record; an expiry below 0 means never."""
        minute = expiry_ms // BUCKET_MS if expiry_ms >= 0 else -1
        found = self._sums.get(minute)
        if found is None:
            self._sums[minute] = [1, record_hash]
        else:
            found[0] += 1
            found[1] += record_hash

    def merge(self, other: Buckets) -> None:
        """Add another's records."""
        for minute, (records, total) in other._sums.items():
            found = self._sums.setdefault(minute, [0, 0])
            found[0] += records
            found[1] += total

    def freeze(self) -> tuple[Bucket, ...]:
        """The buckets as a fingerprint has them: what never expires first, even when empty."""
        lasting = self._sums.get(-1, [0, 0])
        expiring = sorted((minute, sums) for minute, sums in self._sums.items() if minute >= 0)
        return (
            _freeze(lasting, None),
            *(_freeze(sums, float((minute + 1) * BUCKET_SECONDS)) for minute, sums in expiring),
        )


def _freeze(sums: list[int], expires_before: float | None) -> Bucket:
    return Bucket(sums[0], f"{sums[1] % MODULUS:032x}", expires_before)
