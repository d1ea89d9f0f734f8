"""Hash every key of every database, independent of encoding and server version.

Meant for a server of our own that nobody writes to: a private replica or a sandbox.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Final

from blake3 import blake3

from seawall.engines.redis.buckets import Buckets
from seawall.engines.redis.client import RedisClient, Wire
from seawall.engines.redis.keyspaces import Keyspaces
from seawall.engines.redis.large import Large, LargeReader
from seawall.engines.redis.settings import list_databases
from seawall.engines.redis.tables import read_table
from seawall.engines.redis.values import (
    DIGEST_BYTES,
    ENCODERS,
    MOST_BYTES,
    MOST_ELEMENTS,
    Digest,
    encode_groups,
    encode_hash,
    encode_parts,
    encode_stream,
    split_fields,
)
from seawall.errors import RefusedError
from seawall.model.fingerprint import CollectionPrint, Exclusion, Fact, Fingerprint

METHOD: Final = "redis/typed-value/1"
EXPIRING_FIELDS: Final = "(expiring hash fields)"
HEADER: Final = "database, key, type, value, expiry in milliseconds"
FIELD_HEADER: Final = "database, key, field, value, expiry in milliseconds"
BATCH_KEYS: Final = 300
READ_TRIES: Final = 5


@dataclass
class Sums:
    """What one reading of one or all databases gives."""

    collections: dict[str, Buckets] = field(default_factory=dict[str, Buckets])
    fields: Buckets = field(default_factory=Buckets)
    foreign: dict[str, int] = field(default_factory=dict[str, int])
    lasting_keys: int = 0
    has_streams: bool = False

    def merge(self, other: Sums) -> None:
        """Add another database's."""
        for name, buckets in other.collections.items():
            self.collections.setdefault(name, Buckets()).merge(buckets)
        self.fields.merge(other.fields)
        for kind, keys in other.foreign.items():
            self.foreign[kind] = self.foreign.get(kind, 0) + keys
        self.has_streams |= other.has_streams


class RedisFingerprints:
    """Reads through short read-only scripts."""

    def __init__(self, client: RedisClient) -> None:
        self._client = client

    def take(self, key: bytes) -> Fingerprint:
        """Fingerprint all databases.

        Raises:
            RefusedError: SW-REDIS-011 when the store changes while it is read.
        """
        keyspaces = Keyspaces(self._client.target.patterns)
        sums = Sums({name: Buckets() for name in keyspaces.names})
        for database in list_databases(self._client):
            with self._client.open_wire(database) as wire:
                sums.merge(_Reading(self._client, wire, database, keyspaces, key).take())
        prints = [
            CollectionPrint(name, f"{keyspaces.describe(name)}: {HEADER}", buckets.freeze())
            for name, buckets in sums.collections.items()
        ]
        if self._client.server.has_field_times:
            prints.append(CollectionPrint(EXPIRING_FIELDS, FIELD_HEADER, sums.fields.freeze()))
        return Fingerprint(
            method=METHOD,
            key=key.hex(),
            collections=tuple(sorted(prints, key=lambda each: each.name)),
            facts=tuple(_read_functions(self._client)),
            excluded=tuple(_list_excluded(sums)),
        )


class _Reading:
    """One reading of one database."""

    def __init__(
        self,
        client: RedisClient,
        wire: Wire,
        database: int,
        keyspaces: Keyspaces,
        hash_key: bytes,
    ) -> None:
        self._client = client
        self._wire = wire
        self._database = database
        self._keyspaces = keyspaces
        self._hash_key = hash_key
        self._table = read_table(client, database)
        self._sums = Sums()

    def take(self) -> Sums:
        """Read until the reading is known to be exact.

        The table of keys must not have been resized meanwhile, and the keys that never expire
        must be as many as the server counts.
        """
        for _ in range(READ_TRIES):
            self._sums = Sums()
            with self._client.open_wire(self._database) as other:
                self._read_all(other)
            before, self._table = self._table, read_table(self._client, self._database)
            if before == self._table and before.lasting_keys == self._sums.lasting_keys:
                return self._sums
        raise RefusedError(
            "SW-REDIS-011",
            attempted=f"fingerprint database {self._database}",
            happened=f"{READ_TRIES} readings in a row disagreed with the server's own count: it"
            " changes meanwhile.",
            hint="A fingerprint is read from a server that nobody writes to.",
        )

    def _read_all(self, other: Wire) -> None:
        large = LargeReader(other, self._hash_key, has_field_times=self._table.has_field_times)
        since_7 = self._client.server.release >= (7, 0)
        script = self._wire.call("SCRIPT", "LOAD", load_script("expiry.lua", "read_values.lua"))
        options = (
            MOST_ELEMENTS,
            MOST_BYTES,
            "1" if since_7 else "0",
            "1" if self._table.has_field_times else "0",
        )

        def ask(cursor: bytes) -> None:
            run = "EVALSHA_RO" if since_7 else "EVALSHA"
            self._wire.send(((run, script, 0, cursor, BATCH_KEYS, *options),))

        ask(b"0")
        cursor = b""
        while cursor != b"0":
            reply = self._wire.read("EVALSHA")
            cursor = reply[0]
            if cursor != b"0":
                # The server reads the next batch while this one is hashed.
                ask(cursor)
            self._add_batch(reply, large)

    def _add_batch(self, reply: list[Any], large: LargeReader) -> None:
        """Hash one batch: the hot loop, some microseconds a key."""
        sums, hash_key, find = self._sums, self._hash_key, self._keyspaces.find
        prefix = b"%d " % self._database
        items = iter(reply)
        next(items)
        for key, form, expiry, value in zip(items, items, items, items, strict=True):
            sums.lasting_keys += expiry < 0
            encode = ENCODERS.get(form)
            ends = expiry
            if encode:
                kind, encoded = form, encode(value)
            else:
                kind, encoded, ends = self._encode_special(key, form, expiry, value, large)
            if not kind:
                continue
            record = b"%b%d %d %b %b%b" % (prefix, len(key), expiry, kind, key, encoded)
            digest = blake3(record, key=hash_key).digest(DIGEST_BYTES)
            name = find(key)
            buckets = sums.collections.get(name)
            if buckets is None:
                buckets = sums.collections[name] = Buckets()
            buckets.add(ends, int.from_bytes(digest))

    def _encode_special(
        self, key: bytes, form: bytes, expiry: int, value: Any, large: LargeReader
    ) -> tuple[bytes, bytes, int]:
        """(type, canonical bytes, when it ends) of a key that is no plain small value.

        The type is empty for a key that does not count: of a module, or without a living field.
        """

        def hash_field(name: bytes, content: bytes, time: int) -> int:
            parts = encode_parts([key, name, content])
            record = b"field %d %d %b" % (self._database, time, parts)
            return int.from_bytes(blake3(record, key=self._hash_key).digest(DIGEST_BYTES))

        if form == b"other":
            kind = value.decode(errors="replace")
            self._sums.foreign[kind] = self._sums.foreign.get(kind, 0) + 1
            return b"", b"", expiry
        if form == b"hash":
            return (b"hash", encode_hash(value), expiry) if value else (b"", b"", expiry)
        if form == b"stream":
            return b"stream", self._encode_stream(value), expiry
        kind = value
        if form == b"large":
            self._sums.has_streams |= value == b"stream"
            found = large.read(key, value.decode(), expiry, hash_field)
        else:
            kind, found = b"hash", Large()
            lasting, expiring = split_fields(*value)
            found.encoded = encode_hash(lasting)
            found.has_lasting = bool(lasting)
            for name, content, time in expiring:
                found.note_field(time, expiry, hash_field(name, content, time))
        self._sums.fields.merge(found.fields)
        if found.has_lasting:
            return kind, found.encoded, expiry
        if found.last_field_ms < 0:
            return b"", b"", expiry
        # Without a lasting field the key ends with its last one.
        return kind, found.encoded, found.last_field_ms

    def _encode_stream(self, value: Any) -> bytes:
        last, entries, groups = value
        self._sums.has_streams = True
        encoded = encode_groups(groups)
        digest = Digest(self._hash_key, is_ordered=True)
        digest.add([(entry, *fields) for entry, fields in entries])
        # Entries that repeat long field names take less memory than they have bytes.
        if digest.held is None:
            return encode_parts([last, encoded, digest.finish()])
        return encode_stream(last, entries, encoded)


def load_script(*names: str) -> str:
    """The text of a script that consists of some of this engine's Lua files."""
    folder = files("seawall.engines.redis") / "lua"
    return "".join((folder / name).read_text() for name in names)


def _read_functions(client: RedisClient) -> Iterator[Fact]:
    if client.server.release < (7, 0):
        return
    for library in client.call("FUNCTION", "LIST", "WITHCODE"):
        named = dict(zip(library[::2], library[1::2], strict=True))
        code = encode_parts([named[b"engine"], named[b"library_code"]])
        name = named[b"library_name"].decode(errors="backslashreplace")
        yield Fact("function", name, blake3(code).hexdigest())


def _list_excluded(sums: Sums) -> Iterator[Exclusion]:
    for kind, keys in sorted(sums.foreign.items()):
        yield Exclusion(f"{keys} keys of type {kind}", "They belong to a module.")
    if sums.has_streams:
        yield Exclusion(
            "streams: entries-added, max-deleted-id, entries-read, lag, consumers' seen times",
            "Replicas and older versions derive them anew.",
        )
