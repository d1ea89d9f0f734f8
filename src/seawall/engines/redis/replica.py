"""A private replica of a source, held at one offset: the source as it was, by a second transfer."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from seawall.capabilities.server import OpenSandbox
from seawall.engines.redis.client import RedisClient, connect
from seawall.engines.redis.gate import Gate
from seawall.engines.redis.server import DEAD_PORT
from seawall.engines.redis.settings import DataSettings, read_setting
from seawall.errors import RefusedError, TimedOutError, UnreachableError

SPOOL: Final = "gate.spool"
PROGRESS: Final = (
    "master_sync_read_bytes",
    "loading_loaded_bytes",
    "slave_repl_offset",
    "master_link_status",
    "current_save_keys_processed",
)
STALL_SECONDS: Final = 120.0
POLL_SECONDS: Final = 0.01
# It must not give up while the gate holds everything back.
PATIENCE_SECONDS: Final = 7 * 24 * 3600


class PrivateReplica:
    """A mute server that follows the source through our gate."""

    def __init__(self, client: RedisClient, gate: Gate) -> None:
        self._client = client
        self._gate = gate

    @property
    def history(self) -> str:
        """The replication id of what it follows."""
        return self._gate.sync.replication_id

    def follow(self) -> None:
        """Start to follow, and wait until it has caught up with what the gate lets pass."""
        for setting, value in (
            ("appendonly", "no"),
            ("repl-timeout", str(PATIENCE_SECONDS)),
            ("masterauth", self._gate.password),
        ):
            self._client.call("CONFIG", "SET", setting, value)
        self._client.call("REPLICAOF", "127.0.0.1", str(self._gate.port))
        self._wait_until(lambda info: info.get("master_link_status") == "up")

    def reopen(self) -> None:
        """Follow on, for another attempt."""
        self._gate.reopen()

    def freeze(self) -> None:
        """Let nothing pass that the gate has not received yet. Waits for nothing."""
        self._gate.freeze()

    def release_to(self, offset: int) -> None:
        """Let it go on to an offset, without waiting."""
        self._gate.release_to(offset)

    def stop_at(self, offset: int) -> RedisClient:
        """Replay to an offset, stop there for good, and hand out a client."""
        self._gate.release_to(offset)
        self._wait_until(lambda info: int(info.get("slave_repl_offset", -1)) >= offset)
        reached = self._client.info("replication")
        if int(reached["slave_repl_offset"]) != offset:
            raise refuse_view(
                self._client.target.store,
                f"the private replica is at {reached['slave_repl_offset']}, not at {offset}",
            )
        self._gate.retire()
        # It stays a replica, so that no key expires.
        self._client.call("REPLICAOF", "127.0.0.1", str(DEAD_PORT))
        self._gate.close()
        return self._client

    def save(self) -> Path:
        """Write all that a stopped replica holds into an RDB file of its own; its path."""
        self._client.call("BGSAVE")
        self._wait_until(lambda info: info.get("rdb_bgsave_in_progress") == "0")
        if self._client.info("persistence")["rdb_last_bgsave_status"] != "ok":
            raise RefusedError(
                "SW-REDIS-007",
                attempted=f"save the private replica of store `{self._client.target.store}`",
                happened="its server could not write the file.",
                hint="Make room where Seawall keeps its state.",
            )
        return Path(*(read_setting(self._client, each) for each in ("dir", "dbfilename")))

    def _wait_until(self, is_reached: Callable[[dict[str, str]], bool]) -> None:
        """Poll as long as there is any progress."""
        seen: tuple[str | int | None, ...] = ()
        deadline = 0.0
        while True:
            if self._gate.fault:
                raise self._gate.fault
            try:
                info = self._client.info("replication", "persistence")
            except UnreachableError:
                info = {}
            if is_reached(info):
                return
            state = (*(info.get(name) for name in PROGRESS), self._gate.sent)
            if state != seen:
                seen, deadline = state, time.monotonic() + STALL_SECONDS
            if time.monotonic() > deadline:
                raise TimedOutError(
                    "SW-REDIS-006",
                    attempted=f"replay store `{self._client.target.store}` on a private replica",
                    happened=f"it made no progress for {STALL_SECONDS:.0f} s.",
                    hint="Look at the room on this machine's disk and memory.",
                )
            time.sleep(POLL_SECONDS)


@contextmanager
def open_replica(
    client: RedisClient, sandbox: OpenSandbox, scratch: Path, settings: DataSettings
) -> Generator[PrivateReplica]:
    """Start a private replica of the client's server and let it catch up."""
    with ExitStack() as stack:
        target = stack.enter_context(sandbox(settings.write))
        source = client.target
        own = connect(replace(target, store=source.store, patterns=source.patterns))
        stack.callback(own.close)
        gate = Gate(client, scratch / SPOOL)
        stack.callback(gate.close)
        replica = PrivateReplica(own, gate)
        replica.follow()
        yield replica


def refuse_view(store: str, reason: str) -> RefusedError:
    """There is no view, for a reason."""
    return RefusedError(
        "SW-BACKUP-010",
        attempted=f"read store `{store}` as it was at the cut",
        happened=reason if reason.endswith(".") else f"{reason}.",
        hint="Without it the backup has no fingerprint, and a drill of it ends `incomplete`.",
    )
