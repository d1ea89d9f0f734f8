"""Hold a server's writers for milliseconds with CLIENT PAUSE."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager

from seawall.engines.redis.client import ErrorReply, RedisClient, Reply, Wire, parse_info
from seawall.errors import RefusedError, SeawallError

INFO = ("INFO", "replication")
UNPAUSE = ("CLIENT", "UNPAUSE")


class RedisFence:
    """Holds every writer of the server, and its expiry."""

    def __init__(self, client: RedisClient) -> None:
        self._client = client

    @contextmanager
    def prepare(self) -> Generator[PreparedRedisFence]:
        """Open the connection that will hold and release."""
        with self._client.open_wire() as wire:
            yield PreparedRedisFence(self._client, wire)


class PreparedRedisFence:
    """A warm connection."""

    def __init__(self, client: RedisClient, wire: Wire) -> None:
        self._client = client
        self._wire = wire

    @contextmanager
    def hold(self, budget_ms: int) -> Generator[None]:
        """Pause writers; the pause's own timeout releases them should this process die.

        Whether the store changed during the hold is seen on its replication offset, which counts
        every write as long as a replica or a recorder is or was attached; without one, only a
        hold that ended within its budget is believed.

        Raises:
            RefusedError: SW-BACKUP-011 at exit when the store changed, or may have.
        """
        began = time.monotonic()
        released = False
        try:
            paused, info = self._wire.pipeline((("CLIENT", "PAUSE", budget_ms, "WRITE"), INFO))
            before = _read_offset(paused, info)
            yield
            info, unpaused = self._wire.pipeline((INFO, UNPAUSE))
            released = not isinstance(unpaused, ErrorReply)
            after = _read_offset(unpaused, info)
        finally:
            if not released:
                self._release()
        held_ms = (time.monotonic() - began) * 1000
        counts_writes = before[1] and after[1]
        if before != after or (not counts_writes and held_ms >= budget_ms):
            raise _drifted(self._client.target.store, before[0], after[0])

    def _release(self) -> None:
        """Release over a new connection: the other one may be in the middle of a reply."""
        try:
            with self._client.open_wire() as wire:
                wire.call(*UNPAUSE)
        except SeawallError:
            # Unreachable: the pause's own timeout releases the writers.
            return


def _read_offset(answer: Reply, info: Reply) -> tuple[str, bool]:
    """(replication id and offset, whether the server counts its writes)."""
    for reply in (answer, info):
        if isinstance(reply, ErrorReply):
            raise RefusedError(
                "SW-REDIS-002",
                attempted="hold writers with CLIENT PAUSE",
                happened=f"the server refuses: {reply.text}.",
                hint="Let the login run `client|pause`, `client|unpause` and `info`.",
            )
    fields = parse_info(info)
    offset = f"{fields['master_replid']}:{fields['master_repl_offset']}"
    return offset, fields.get("repl_backlog_active") == "1"


def _drifted(store: str, before: str, after: str) -> RefusedError:
    return RefusedError(
        "SW-BACKUP-011",
        attempted=f"hold the writers of store `{store}`",
        happened=f"the store changed during the hold: it went from {before} to {after}.",
        hint="The point is taken again; a larger budget helps when this happens often.",
    )
