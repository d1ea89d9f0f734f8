"""Read one large value in parts, so that memory stays flat whatever its size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, TypeAlias

from blake3 import blake3

from seawall.engines.redis.buckets import Buckets
from seawall.engines.redis.client import Wire
from seawall.engines.redis.values import (
    DIGEST_BYTES,
    MOST_BYTES,
    Digest,
    encode_groups,
    encode_hash,
    encode_parts,
    encode_scored,
    encode_set,
    encode_stream,
    pack_scores,
    split_fields,
)
from seawall.errors import RefusedError

MOST_IN_PART: Final = 1000
MOST_PENDING: Final = 10_000
READ_TRIES: Final = 5

Parts: TypeAlias = Iterator[list[tuple[bytes, ...]]]
HashField: TypeAlias = Callable[[bytes, bytes, int], int]


@dataclass
class Large:
    """What reading a large value gives.

    Attributes:
        encoded: Its canonical bytes, without fields that expire.
        fields: The hashes of fields that expire.
        last_field_ms: When the last of them expires; -1 where there are none.
        has_lasting: Whether anything else is in it.
    """

    encoded: bytes = b""
    fields: Buckets = field(default_factory=Buckets)
    last_field_ms: int = -1
    has_lasting: bool = True

    def note_field(self, time: int, expiry: int, field_hash: int) -> None:
        """Count one field that expires: with its key at the latest."""
        ends = time if expiry < 0 else min(time, expiry)
        self.fields.add(ends, field_hash)
        self.last_field_ms = max(self.last_field_ms, ends)


class LargeReader:
    """Reads the large values of one database.

    Args:
        wire: On the database.
        hash_key: Of the keyed hash.
        has_field_times: Whether fields of hashes expire there.
    """

    def __init__(self, wire: Wire, hash_key: bytes, *, has_field_times: bool) -> None:
        self._wire = wire
        self._hash_key = hash_key
        self._has_field_times = has_field_times

    def read(self, key: bytes, kind: str, expiry: int, hash_field: HashField) -> Large:
        """Read one value of a key with an expiry; `hash_field` hashes a field that has its own."""
        match kind:
            case "string":
                return Large(self._encode_string(key))
            case "list":
                return Large(self._encode_list(key))
            case "zset":
                return Large(self._encode_scored(key))
            case "stream":
                return Large(self._encode_stream(key))
            case "set":
                return Large(self._encode_set(key))
            case _:
                return self._read_hash(key, expiry, hash_field)

    def _encode_string(self, key: bytes) -> bytes:
        running = blake3(key=self._hash_key)
        length = int(self._wire.call("STRLEN", key))
        for first in range(0, length, MOST_BYTES):
            running.update(self._wire.call("GETRANGE", key, first, first + MOST_BYTES - 1))
        return encode_parts([b"%d" % length, running.digest(DIGEST_BYTES)])

    def _encode_list(self, key: bytes) -> bytes:
        digest = Digest(self._hash_key, is_ordered=True)
        for elements in self._read_ranges(key, "LLEN", "LRANGE"):
            digest.add([(element,) for element in elements])
        return digest.finish() if digest.held is None else encode_parts(_flatten(digest.held))

    def _encode_scored(self, key: bytes) -> bytes:
        digest = Digest(self._hash_key, is_ordered=True)
        for pairs in self._read_ranges(key, "ZCARD", "ZRANGE", "WITHSCORES"):
            scores = [pack_scores([score]) for score in pairs[1::2]]
            digest.add(list(zip(pairs[::2], scores, strict=True)))
        if digest.held is None:
            return digest.finish()
        members = [member for member, _ in digest.held]
        return encode_scored(members, b"".join(score for _, score in digest.held))

    def _read_ranges(self, key: bytes, count: str, read: str, *options: str) -> Iterator[list[Any]]:
        length = int(self._wire.call(count, key))
        step = self._choose_step(key, length)
        for first in range(0, length, step):
            yield self._wire.call(read, key, first, first + step - 1, *options)

    def _encode_set(self, key: bytes) -> bytes:
        """Read until the count is right: while its table is resized, SSCAN may tell twice."""
        length = int(self._wire.call("SCARD", key))
        for _ in range(READ_TRIES):
            digest = Digest(self._hash_key, is_ordered=False)
            for elements in self._scan("SSCAN", key, length):
                digest.add([(element,) for element in elements])
            if digest.count == length:
                return digest.finish() if digest.held is None else encode_set(_flatten(digest.held))
        raise _unsteady(key)

    def _read_hash(self, key: bytes, expiry: int, hash_field: HashField) -> Large:
        """Read until the count is right.

        Fields that have expired are counted by the server but no longer shown: then two readings
        in a row must agree instead. The first one's look-ups have finished any resizing.
        """
        length = int(self._wire.call("HLEN", key))
        before = b""
        for _ in range(READ_TRIES):
            large = Large()
            digest = Digest(self._hash_key, is_ordered=False)
            seen = 0
            for pairs in self._scan("HSCAN", key, length):
                seen += len(pairs) // 2
                lasting, expiring = self._split(key, pairs)
                digest.add(list(zip(lasting[::2], lasting[1::2], strict=True)))
                for name, value, time in expiring:
                    large.note_field(time, expiry, hash_field(name, value, time))
            held = digest.held
            large.encoded = digest.finish() if held is None else encode_hash(_flatten(held))
            large.has_lasting = digest.count > 0
            if seen == length or (self._has_field_times and large.encoded == before):
                return large
            before = large.encoded
        raise _unsteady(key)

    def _split(
        self, key: bytes, pairs: Sequence[bytes]
    ) -> tuple[Sequence[bytes], list[tuple[bytes, bytes, int]]]:
        if not self._has_field_times or not pairs:
            return pairs, []
        names = pairs[::2]
        times = self._wire.call("HPEXPIRETIME", key, "FIELDS", len(names), *names)
        return split_fields(pairs, times)

    def _scan(self, command: str, key: bytes, length: int) -> Iterator[list[bytes]]:
        cursor = b"0"
        step = self._choose_step(key, length)
        while True:
            cursor, part = self._wire.call(command, key, cursor, "COUNT", step)
            yield part
            if cursor == b"0":
                return

    def _encode_stream(self, key: bytes) -> bytes:
        told = self._wire.call("XINFO", "STREAM", key)
        last = dict(zip(told[::2], told[1::2], strict=True))[b"last-generated-id"]
        digest = Digest(self._hash_key, is_ordered=True)
        for entries in self._read_entries(key):
            digest.add([(entry, *fields) for entry, fields in entries])
        listed = [
            dict(zip(group[::2], group[1::2], strict=True))
            for group in self._wire.call("XINFO", "GROUPS", key)
        ]
        most = max((int(group[b"pending"]) for group in listed), default=0)
        if most > MOST_PENDING:
            groups = encode_parts(sorted(self._encode_group(key, group) for group in listed))
        else:
            full = self._wire.call("XINFO", "STREAM", key, "FULL", "COUNT", most + 1)
            named = dict(zip(full[::2], full[1::2], strict=True))
            groups = encode_groups(named[b"groups"])
        if digest.held is None or most > MOST_PENDING:
            return encode_parts([last, groups, digest.finish()])
        return encode_stream(last, [(each[0], each[1:]) for each in digest.held], groups)

    def _read_entries(self, key: bytes) -> Iterator[list[Any]]:
        step = self._choose_step(key, int(self._wire.call("XLEN", key)))
        first = b"-"
        while True:
            entries = self._wire.call("XRANGE", key, first, "+", "COUNT", step)
            if not entries:
                return
            yield entries
            first = b"(" + entries[-1][0]

    def _encode_group(self, key: bytes, group: dict[bytes, Any]) -> bytes:
        """A group with very many pending entries: without the times of their delivery."""
        name = group[b"name"]
        running = blake3(key=self._hash_key)
        first = b"-"
        while True:
            pending = self._wire.call("XPENDING", key, name, first, "+", MOST_IN_PART)
            if not pending:
                break
            for entry, consumer, _, count in pending:
                running.update(encode_parts([entry, consumer, b"%d" % count]))
            first = b"(" + pending[-1][0]
        return encode_parts([name, group[b"last-delivered-id"], running.digest(DIGEST_BYTES)])

    def _choose_step(self, key: bytes, length: int) -> int:
        """How many elements to ask for at once: about MOST_BYTES, and at least one."""
        size = int(self._wire.call("MEMORY", "USAGE", key, "SAMPLES", 100) or 0)
        return max(1, min(MOST_IN_PART, MOST_BYTES * length // max(size, 1)))


def _flatten(elements: Sequence[tuple[bytes, ...]]) -> list[bytes]:
    return list(chain.from_iterable(elements))


def _unsteady(key: bytes) -> RefusedError:
    name = key.decode(errors="backslashreplace")[:100]
    return RefusedError(
        "SW-REDIS-011",
        attempted=f"read the value of {name!r}",
        happened=f"{READ_TRIES} readings in a row disagreed: the store changes meanwhile.",
        hint="A fingerprint is read from a server that nobody writes to.",
    )
