"""What a store is made of: its key patterns and `(other)`."""

from __future__ import annotations

from typing import Final

from seawall.engines.redis.client import RedisClient
from seawall.engines.redis.keyspaces import WHOLE_KEY, Keyspaces
from seawall.engines.redis.settings import list_databases
from seawall.model.collection import Collection
from seawall.model.pattern import OTHER

UNKNOWN: Final = -1


class RedisCollections:
    """Lists the patterns that the file names; counting their keys would mean reading all keys."""

    def __init__(self, client: RedisClient) -> None:
        self._client = client

    def list(self) -> tuple[Collection, ...]:
        """The patterns; only where there are none is `(other)` every key, and so counted."""
        keyspaces = Keyspaces(self._client.target.patterns)
        total = UNKNOWN if keyspaces.patterns else count_keys(self._client)
        return tuple(
            Collection(
                name=name,
                fields=keyspaces.fields(name),
                key=(WHOLE_KEY,),
                records=total if name == OTHER else UNKNOWN,
                size_bytes=UNKNOWN,
            )
            for name in sorted(keyspaces.names)
        )

    def is_empty(self) -> bool:
        """Whether no database holds a key, and there is no function."""
        if list_databases(self._client):
            return False
        return self._client.server.release < (7, 0) or not self._client.call("FUNCTION", "LIST")


def count_keys(client: RedisClient) -> int:
    """Keys of all databases, expired ones that are not yet gone included."""
    databases = client.info("keyspace").values()
    return sum(int(each.removeprefix("keys=").partition(",")[0]) for each in databases)
