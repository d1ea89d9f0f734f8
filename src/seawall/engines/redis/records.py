"""Read the keys of a collection, and fields of hashes, as far as links need them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Final

from seawall.engines.redis.client import ErrorReply, RedisClient, Wire
from seawall.engines.redis.keyspaces import VALUE_PREFIX, Keyspaces, to_text
from seawall.engines.redis.settings import list_databases
from seawall.engines.redis.tables import is_frozen, read_table
from seawall.errors import RefusedError, UsageError
from seawall.model.collection import KeyCount

BATCH_KEYS: Final = 500
WALK_TRIES: Final = 5


class RedisRecords:
    """Walks all databases with SCAN; asks only for the hash fields that are wanted."""

    def __init__(self, client: RedisClient) -> None:
        self._client = client
        self._keyspaces = Keyspaces(client.target.patterns)

    def read_keys(self, collection: str, fields: tuple[str, ...]) -> Iterator[KeyCount]:
        """Stream the values of `fields`, one key at a time.

        A field is a part of the collection's pattern, `key` (the whole key), or `value.NAME`
        (field NAME of a hash). On a copy that nobody writes to each key comes exactly once; on a
        live server SCAN may tell a key twice.

        Raises:
            UsageError: SW-LINK-001 for an unknown collection or field.
            RefusedError: SW-REDIS-011 when the keys of a copy could not be walked exactly.
        """
        self._refuse_unknown(collection, fields)
        return self._read_all(collection, fields)

    def _read_all(self, collection: str, fields: tuple[str, ...]) -> Iterator[KeyCount]:
        must_be_exact = is_frozen(self._client)
        for database in list_databases(self._client):
            with self._client.open_wire(database) as wire:
                if must_be_exact:
                    self._wait_for_rest(wire, database)
                before = read_table(self._client, database) if must_be_exact else None
                for keys in self._walk(wire, collection):
                    yield from self._read_batch(wire, collection, fields, keys)
                if before and read_table(self._client, database) != before:
                    raise _unsteady(database)

    def _wait_for_rest(self, wire: Wire, database: int) -> None:
        """Walk the keys without reading until no resize of their table is under way."""
        before = read_table(self._client, database)
        for _ in range(WALK_TRIES):
            for _keys in self._walk(wire, ""):
                pass
            after = read_table(self._client, database)
            if after == before:
                return
            before = after
        raise _unsteady(database)

    def _walk(self, wire: Wire, collection: str) -> Iterator[list[bytes]]:
        """Keys that may belong to a collection, in batches."""
        pattern = self._keyspaces.patterns.get(collection)
        match = ("MATCH", pattern.glob()) if pattern else ()
        cursor = b"0"
        while True:
            cursor, keys = wire.call("SCAN", cursor, *match, "COUNT", BATCH_KEYS)
            if keys:
                yield keys
            if cursor == b"0":
                return

    def _read_batch(
        self, wire: Wire, collection: str, fields: tuple[str, ...], keys: Sequence[bytes]
    ) -> Iterator[KeyCount]:
        names = [
            each.removeprefix(VALUE_PREFIX) for each in fields if each.startswith(VALUE_PREFIX)
        ]
        known = (*self._keyspaces.fields(collection), *(VALUE_PREFIX + name for name in names))
        places = [known.index(field) for field in fields]
        match = self._keyspaces.match
        own = [(key, parts) for key in keys if (parts := match(collection, key))]
        for (_, parts), contents in zip(own, self._read_fields(wire, names, own), strict=True):
            values = (*parts, *contents)
            yield KeyCount(tuple([values[place] for place in places]), 1)

    def _read_fields(
        self, wire: Wire, names: list[str], own: list[tuple[bytes, tuple[str, ...]]]
    ) -> Iterator[Sequence[str | None]]:
        """For each key the named fields of its hash."""
        if not names:
            yield from repeat((), len(own))
            return
        for reply in wire.pipeline([("HMGET", key, *names) for key, _ in own]):
            # A key that is no hash has none of the fields: the reply is an error.
            is_hash = not isinstance(reply, ErrorReply)
            contents: list[bytes | None] = reply if is_hash else [None] * len(names)
            yield [None if each is None else to_text(each) for each in contents]

    def _refuse_unknown(self, collection: str, fields: tuple[str, ...]) -> None:
        store = self._client.target.store
        if collection not in self._keyspaces.names:
            raise UsageError(
                "SW-LINK-001",
                attempted=f"read collection `{collection}` of store `{store}`",
                happened="the store has no such collection.",
                hint=f"It has: {', '.join(self._keyspaces.names)}. Name key patterns in the file"
                " under `collections`.",
            )
        known = self._keyspaces.fields(collection)
        for each in fields:
            if each not in known and not (each.startswith(VALUE_PREFIX) and each != VALUE_PREFIX):
                raise UsageError(
                    "SW-LINK-001",
                    attempted=f"read field `{each}` of `{store}.{collection}`",
                    happened="its keys have no such part.",
                    hint=f"They have: {', '.join(known)}; `{VALUE_PREFIX}NAME` is a hash's field.",
                )


def _unsteady(database: int) -> RefusedError:
    return RefusedError(
        "SW-REDIS-011",
        attempted=f"read the keys of database {database} exactly once",
        happened="its table of keys was resized meanwhile.",
        hint="Run it again.",
    )
