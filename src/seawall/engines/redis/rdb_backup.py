"""Back up a server whose stream cannot be replayed later: what a private replica holds at the cut.

Before 7.0 a source sends times to live relative to now. A replica that follows it at once makes
them absolute on arrival, so that what it holds at the cut's offset is the payload, and no stream
leads from there to the cut. The source is shown by the same replica: what its memory tells is
compared with what its file gives back.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from seawall.capabilities.backup import Sink
from seawall.capabilities.server import OpenSandbox
from seawall.engines.redis.client import RedisClient
from seawall.engines.redis.cut import RedisCutAttempt, make_cut, refuse_new_history
from seawall.engines.redis.pieces import BASE, STREAM, Details, describe, parse_position
from seawall.engines.redis.rdb import RdbHead, read_head
from seawall.engines.redis.replica import PrivateReplica, open_replica
from seawall.engines.redis.settings import DataSettings
from seawall.model.artifact import Role
from seawall.model.point import Cut
from seawall.model.position import Position

METHOD: Final = "redis/rdb/1"
CHUNK_BYTES: Final = 1 << 18
LATE: Final = (
    "exact times to live of what was written during the backup",
    "The server sends them relative to now: they end later by as long as the copy was behind.",
)


class RdbBackup:
    """Backs up the client's server with all its databases."""

    def __init__(self, client: RedisClient) -> None:
        self._client = client

    @contextmanager
    def open(self, scratch: Path, sandbox: OpenSandbox) -> Generator[RdbSession]:
        """Begin; leaving ends the private replica."""
        with ExitStack() as stack:
            yield RdbSession(self._client, scratch, sandbox, stack)


class RdbSession:
    """One private replica, from the beginning of the backup to its end."""

    def __init__(
        self, client: RedisClient, scratch: Path, sandbox: OpenSandbox, stack: ExitStack
    ) -> None:
        self._client = client
        self._scratch = scratch
        self._sandbox = sandbox
        self._stack = stack
        self._settings = DataSettings.read(client)
        self._replica: PrivateReplica
        self._head = RdbHead(0)
        self._cut = Position.single("")

    def copy_base(self, sink: Sink) -> None:
        """Let the private replica catch up with the source; what it holds is stored at the cut."""
        del sink
        self._replica = self._stack.enter_context(
            open_replica(self._client, self._sandbox, self._scratch, self._settings)
        )

    @contextmanager
    def prepare(self) -> Generator[RedisCutAttempt]:
        """Open the connection that will ask for the offset, and let the private replica follow."""
        with self._client.open_wire() as wire:
            self._replica.reopen()
            yield RedisCutAttempt(self, wire)

    def freeze(self) -> None:
        """Let nothing pass to the private replica that it could have before the cut is known."""
        self._replica.freeze()

    def settle(self, replication_id: str, offset: int) -> Cut:
        """Let the private replica go on to the offset."""
        refuse_new_history(self._client, self._replica.history, replication_id)
        self._replica.release_to(offset)
        return make_cut(self._client, replication_id, offset, (LATE,))

    def copy_to(self, cut: Cut, sink: Sink) -> None:
        """Stop the private replica at the cut, and store what it holds, with an empty stream."""
        self._cut = cut.position
        _, offset = parse_position(cut.position)
        self._replica.stop_at(offset)
        file = self._replica.save()
        sink.write(BASE, Role.BASE, self._read(file))
        sink.write(STREAM, Role.LOG, ())
        file.unlink()

    @contextmanager
    def view(self, offset: int) -> Generator[RedisClient]:
        """The private replica, which stays at the cut until the backup ends."""
        yield self._replica.stop_at(offset)

    def details(self) -> Details:
        """What the restore and the log check must know."""
        replication_id, offset = parse_position(self._cut)
        return describe(self._client, self._settings, self._head, (replication_id, offset), offset)

    def _read(self, file: Path) -> Iterator[bytes]:
        with file.open("rb") as content:
            while chunk := content.read(CHUNK_BYTES):
                if not self._head.version:
                    self._head = read_head(chunk)
                yield chunk
