"""`schema`: key patterns guessed from a sample of the keys, and what their parts may name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from seawall.engines.redis.client import ErrorReply, RedisClient
from seawall.engines.redis.key_shapes import guess_patterns
from seawall.engines.redis.keyspaces import WHOLE_KEY, Keyspaces
from seawall.engines.redis.settings import list_databases
from seawall.errors import RefusedError
from seawall.model.pattern import OTHER
from seawall.model.schema import Kind, Schema, SchemaField, Shape

MOST_KEYS: Final = 20_000
BATCH_KEYS: Final = 1000


class RedisSchema:
    """Looks at so many keys and no more."""

    def __init__(self, client: RedisClient) -> None:
        self._client = client
        self._keys: list[bytes] = []
        self._keyspaces = Keyspaces(client.target.patterns)

    def read(self) -> Schema:
        """The file's patterns where it has some, else guessed ones."""
        self._keys = list(self._some_keys())
        if not self._keyspaces.patterns:
            self._keyspaces = Keyspaces(guess_patterns(self._keys))
        patterns = self._keyspaces.patterns
        shapes = tuple(
            Shape(
                name,
                tuple(
                    SchemaField(part, Kind.ANY, len(pattern.fields) == 1, _word_before(literal))
                    for part, literal in zip(pattern.fields, pattern.literals, strict=False)
                ),
                pattern.text,
            )
            for name, pattern in patterns.items()
        )
        left_out = sum(self._keyspaces.find(key) == OTHER for key in self._keys)
        seen = f"{left_out} of {len(self._keys)} keys looked at have no pattern"
        return Schema(shapes, (), (seen,) if left_out else ())

    def sample(self, collection: str, field: str, most: int) -> tuple[str, ...]:
        """From the keys that were looked at."""
        place = (*self._keyspaces.patterns[collection].fields, WHOLE_KEY).index(field)
        found: dict[str, None] = {}
        for key in self._keys:
            values = self._keyspaces.match(collection, key)
            if values is not None:
                found[values[place]] = None
            if len(found) == most:
                break
        return tuple(found)

    def find(self, collection: str, field: str, texts: tuple[str, ...]) -> int:
        """Whether the key of each value exists, in any database."""
        del field  # Only a pattern's single part identifies a key.
        pattern = self._keyspaces.patterns[collection]
        keys: list[str] = []
        for text in texts:
            with suppress(ValueError):  # no key of the pattern has this value
                keys.append(pattern.format((text,)))
        found: set[str] = set()
        for database in list_databases(self._client) if keys else ():
            with self._client.open_wire(database) as wire:
                replies = wire.pipeline([("EXISTS", key) for key in keys])
            refused = next((each for each in replies if isinstance(each, ErrorReply)), None)
            if refused:
                raise RefusedError(
                    "SW-REDIS-002",
                    attempted=f"look for keys of store `{self._client.target.store}`",
                    happened=f"the server says: {refused.text}.",
                    hint="Let the login run it: `ACL SETUSER ... +exists`.",
                )
            found |= {key for key, reply in zip(keys, replies, strict=True) if reply == 1}
        return len(found)

    def _some_keys(self) -> Iterator[bytes]:
        left = MOST_KEYS
        for database in list_databases(self._client):
            with self._client.open_wire(database) as wire:
                cursor = b"0"
                while left > 0:
                    cursor, keys = wire.call("SCAN", cursor, "COUNT", BATCH_KEYS)
                    yield from keys[:left]
                    left -= len(keys)
                    if cursor == b"0":
                        break


def _word_before(literal: str) -> str:
    """The last word before a part: `order` in `order:{id}:status`."""
    words = re.findall(r"[A-Za-z][A-Za-z_-]*", literal)
    return words[-1] if words else ""
