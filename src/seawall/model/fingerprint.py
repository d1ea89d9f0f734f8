"""Fingerprints: what a store held at a point, and how two of them differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from seawall.model.quantity import count


@dataclass(frozen=True)
class Bucket:
    """A part of a collection whose records expire together, or never.

    Attributes:
        records: How many records.
        total: Sum of the records' keyed 128-bit hashes modulo 2**128, as 32 hex digits.
        expires_before: Unix seconds by which all of them have expired; None when they do not.
    """

    records: int
    total: str
    expires_before: float | None = None


@dataclass(frozen=True)
class CollectionPrint:
    """The content of one collection.

    Attributes:
        name: The collection.
        header: What shapes each record's text: fields and types, in order.
        buckets: By expiry; a collection that never expires has exactly one.
    """

    name: str
    header: str
    buckets: tuple[Bucket, ...]

    @property
    def records(self) -> int:
        """Records in all buckets."""
        return sum(bucket.records for bucket in self.buckets)


class Rule(Enum):
    """How a fact at the point relates to the same fact after a restore."""

    EQUAL = "equal"
    AT_LEAST = "at_least"


@dataclass(frozen=True)
class Fact:
    """Something beside the records: an object's definition, a role, a grant, a sequence.

    Attributes:
        kind: `schema`, `role`, `grant`, `sequence`, ...
        name: Within its kind.
        value: A definition or its hash; a decimal number under AT_LEAST.
        rule: How it is compared.
    """

    kind: str
    name: str
    value: str
    rule: Rule = Rule.EQUAL


@dataclass(frozen=True)
class Exclusion:
    """Something of the store that no proof covers, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class Fingerprint:
    """A store's content at one instant, by one method.

    Attributes:
        method: Method id, such as `postgres/row-text/1`; only equal methods are comparable.
        key: Hex of the hash key that both sides used.
        collections: Sorted by name.
        facts: Sorted by kind and name.
        excluded: What the method leaves out.
    """

    method: str
    key: str
    collections: tuple[CollectionPrint, ...]
    facts: tuple[Fact, ...] = ()
    excluded: tuple[Exclusion, ...] = ()

    @property
    def records(self) -> int:
        """Records in all collections."""
        return sum(collection.records for collection in self.collections)


@dataclass(frozen=True)
class Comparison:
    """What comparing two fingerprints shows.

    Attributes:
        differences: One sentence each; empty when everything compared is equal.
        proven: Records whose content was compared and found equal.
        expired: Records not compared because they expired between the point and now.
    """

    differences: tuple[str, ...]
    proven: int
    expired: int


def compare(expected: Fingerprint, found: Fingerprint, now: float) -> Comparison:
    """Compare a restored store's fingerprint with the one taken at the point.

    Args:
        expected: Taken from the source at the point.
        found: Taken from the restored copy with the same key.
        now: Unix seconds at which `found` was read: buckets that have expired are left out.

    Raises:
        ValueError: When methods or keys differ: the totals would not be comparable.
    """
    if (expected.method, expected.key) != (found.method, found.key):
        msg = f"fingerprints by {expected.method} and {found.method} cannot be compared"
        raise ValueError(msg)
    there = {collection.name: collection for collection in found.collections}
    differences: list[str] = []
    proven = expired = 0
    for want in expected.collections:
        have = there.pop(want.name, None)
        if have is None:
            differences.append(
                f"collection {want.name} is missing ({count(want.records, 'record')})"
            )
            continue
        if have.header != want.header:
            differences.append(f"collection {want.name} has other fields or types")
        equal, gone, unequal = _compare_buckets(want, have, now)
        proven += equal
        expired += gone
        differences += unequal
    differences += [
        f"collection {name} was not in the source ({count(have.records, 'record')})"
        for name, have in there.items()
        if have.records
    ]
    differences += _compare_facts(expected.facts, found.facts)
    return Comparison(tuple(differences), proven, expired)


def _compare_buckets(
    want: CollectionPrint, have: CollectionPrint, now: float
) -> tuple[int, int, list[str]]:
    """Records proven, records expired, and what differs, bucket by bucket."""
    there = {bucket.expires_before: bucket for bucket in have.buckets}
    proven = expired = 0
    differences: list[str] = []
    for bucket in want.buckets:
        other = there.pop(bucket.expires_before, Bucket(0, "0" * 32, bucket.expires_before))
        if bucket.expires_before is not None and bucket.expires_before - BUCKET_SECONDS <= now:
            expired += bucket.records
        elif other.records != bucket.records:
            differences.append(
                f"collection {want.name} has {count(other.records, 'record')}, at the point it had"
                f" {count(bucket.records)}{_until(bucket)}"
            )
        elif other.total != bucket.total:
            differences.append(
                f"collection {want.name} has the same {count(bucket.records, 'record')} in number,"
                f" but other content{_until(bucket)}"
            )
        else:
            proven += bucket.records
    differences += [
        f"collection {want.name} has {count(extra.records, 'record')} that"
        f" {'was' if extra.records == 1 else 'were'} not there at the point"
        for extra in there.values()
        if extra.records
    ]
    return proven, expired, differences


# Expiry is bucketed by the minute: a bucket is compared only while all of it is still alive.
BUCKET_SECONDS = 60


def _until(bucket: Bucket) -> str:
    return "" if bucket.expires_before is None else " (in one minute of expiry)"


def _compare_facts(expected: tuple[Fact, ...], found: tuple[Fact, ...]) -> Iterator[str]:
    there = {(fact.kind, fact.name): fact for fact in found}
    for want in expected:
        have = there.pop((want.kind, want.name), None)
        if have is None:
            yield f"{want.kind} {want.name} is missing"
        elif want.rule is Rule.AT_LEAST and int(have.value) < int(want.value):
            yield f"{want.kind} {want.name} is {have.value}, at the point at least {want.value}"
        elif want.rule is Rule.EQUAL and have.value != want.value:
            yield f"{want.kind} {want.name} differs"
    for kind, name in there:
        yield f"{kind} {name} was not in the source"
