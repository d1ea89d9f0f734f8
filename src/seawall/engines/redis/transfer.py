"""Copy everything from one server into another: DUMP and RESTORE, functions too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from seawall.engines.redis.client import ErrorReply, RedisClient, Wire
from seawall.engines.redis.collections import RedisCollections
from seawall.engines.redis.fingerprint import load_script
from seawall.engines.redis.settings import list_databases
from seawall.errors import RefusedError

BATCH_KEYS: Final = 500
BATCH_BYTES: Final = 8 << 20
# What PEXPIRETIME answers for a key that does not exist, or no longer.
GONE: Final = -2


class RedisTransfer:
    """Copies from the client's server; absolute times to live are kept."""

    def __init__(self, client: RedisClient) -> None:
        self._client = client

    def copy_into(self, empty: RedisClient) -> None:
        """Copy every key of every database, and the functions.

        Raises:
            RefusedError: SW-REDIS-012 when the other store is not empty, SW-REDIS-013 when its
                server does not read this one's format.
        """
        if not RedisCollections(empty).is_empty():
            raise RefusedError(
                "SW-REDIS-012",
                attempted=f"copy into store `{empty.target.store}`",
                happened="it is not empty.",
                hint="Confirm its name to have it cleared first.",
            )
        self._copy_functions(empty)
        for database in list_databases(self._client):
            with (
                self._client.open_wire(database) as source,
                empty.open_wire(database) as there,
            ):
                for keys in _batch_keys(source):
                    self._copy_keys(source, there, keys, empty.target.store)

    def clear(self) -> None:
        """DESTROY every key of every database, and every function."""
        self._client.call("FLUSHALL")
        if self._client.server.release >= (7, 0):
            self._client.call("FUNCTION", "FLUSH")

    def _copy_keys(self, source: Wire, there: Wire, keys: Sequence[bytes], store: str) -> None:
        ask_expiry = self._choose_question(source)
        asked = [each for key in keys for each in ((*ask_expiry, key), ("DUMP", key))]
        replies = source.pipeline(asked)
        commands = [
            # A key comes twice when SCAN tells it twice: the second time it replaces itself.
            ("RESTORE", key, max(0, ends), dump, "REPLACE", "ABSTTL")
            for key, ends, dump in zip(keys, replies[::2], replies[1::2], strict=True)
            if ends != GONE and dump is not None
        ]
        for reply in there.pipeline(commands):
            if isinstance(reply, ErrorReply):
                raise self._refused(store, reply.text)

    def _choose_question(self, source: Wire) -> tuple[str | int, ...]:
        """The command that tells a key's absolute expiry, without the key."""
        if self._client.server.release >= (7, 0):
            return ("PEXPIRETIME",)
        return ("EVALSHA", source.call("SCRIPT", "LOAD", load_script("expiry.lua", "ask.lua")), 1)

    def _copy_functions(self, empty: RedisClient) -> None:
        if self._client.server.release < (7, 0) or not self._client.call("FUNCTION", "LIST"):
            return
        if empty.server.release < (7, 0):
            raise self._refused(empty.target.store, "it has no functions")
        empty.call("FUNCTION", "RESTORE", self._client.call("FUNCTION", "DUMP"))

    def _refused(self, store: str, reason: str) -> RefusedError:
        server = self._client.server
        return RefusedError(
            "SW-REDIS-013",
            attempted=f"copy into store `{store}`",
            happened=f"its server refuses what {server.product} {server.version} writes: {reason}.",
            hint="DUMP and RESTORE need a server that is as new as the one restored from.",
        )


def _batch_keys(wire: Wire) -> Iterator[list[bytes]]:
    """All keys of a database, few at a time where they are large."""
    cursor = b"0"
    while True:
        cursor, keys = wire.call("SCAN", cursor, "COUNT", BATCH_KEYS)
        batch: list[bytes] = []
        held = 0
        sizes = wire.pipeline([("MEMORY", "USAGE", key) for key in keys])
        for key, size in zip(keys, sizes, strict=True):
            batch.append(key)
            held += int(size or 0)
            if held >= BATCH_BYTES:
                yield batch
                batch, held = [], 0
        if batch:
            yield batch
        if cursor == b"0":
            return
