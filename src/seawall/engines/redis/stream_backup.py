"""Back up a server as a replica would copy it: one RDB payload and the stream up to the cut.

Nothing is written on the source and no writer waits. Every offset of the stream is an exact
content, so a cut is one question for the offset. The view of the cut is a private replica, fed by
a second transfer of its own: what it shows never went through the backup.
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
from seawall.engines.redis.recorder import Recorder
from seawall.engines.redis.replica import PrivateReplica, open_replica, refuse_view
from seawall.engines.redis.replication import CommandScanner
from seawall.engines.redis.rights import find_program_fault
from seawall.engines.redis.settings import DataSettings
from seawall.errors import RefusedError, SeawallError
from seawall.model.artifact import Role
from seawall.model.point import Cut

METHOD: Final = "redis/rdb-stream/1"


class StreamBackup:
    """Backs up the client's server with all its databases."""

    def __init__(self, client: RedisClient) -> None:
        self._client = client

    @contextmanager
    def open(self, scratch: Path, sandbox: OpenSandbox) -> Generator[StreamSession]:
        """Begin; leaving ends the recorder and the private replica."""
        with ExitStack() as stack:
            yield StreamSession(self._client, scratch, sandbox, stack)


class StreamSession:
    """One transfer with its recorder, and at most one private replica."""

    def __init__(
        self, client: RedisClient, scratch: Path, sandbox: OpenSandbox, stack: ExitStack
    ) -> None:
        self._client = client
        self._scratch = scratch
        self._sandbox = sandbox
        self._settings = DataSettings.read(client)
        self._recorder = Recorder(client, scratch / STREAM)
        stack.callback(self._recorder.close)
        self._view_stack = stack.enter_context(ExitStack())
        self._replica: PrivateReplica | None = None
        self._no_view = find_program_fault(client)
        self._head = RdbHead(0)
        self._cut_offset = -1

    def copy_base(self, sink: Sink) -> None:
        """Stream the payload into the sink; the recording goes on by itself."""
        sink.write(BASE, Role.BASE, self._note_head(self._recorder.read_payload()))

    @contextmanager
    def prepare(self) -> Generator[RedisCutAttempt]:
        """Open the connection that will ask for the offset, and let the private replica follow."""
        with self._client.open_wire() as wire:
            if self._replica:
                self._replica.reopen()
            elif not self._no_view:
                self._open_replica()
            yield RedisCutAttempt(self, wire)

    def copy_to(self, cut: Cut, sink: Sink) -> None:
        """Store the recorded stream exactly up to the cut, and stop recording."""
        _, offset = parse_position(cut.position)
        self._cut_offset = offset
        sink.write(STREAM, Role.LOG, self._read_whole_commands(offset))
        self._recorder.close()

    def details(self) -> Details:
        """What the restore and the log check must know."""
        base = (self._recorder.sync.replication_id, self._recorder.sync.offset)
        return describe(self._client, self._settings, self._head, base, self._cut_offset)

    def freeze(self) -> None:
        """Let nothing pass to the private replica that it could have before the cut is known."""
        if self._replica:
            self._replica.freeze()

    def settle(self, replication_id: str, offset: int) -> Cut:
        """Wait until the stream is recorded up to the offset."""
        refuse_new_history(self._client, self._recorder.sync.replication_id, replication_id)
        if self._replica:
            self._replica.release_to(offset)
        self._recorder.wait_for(offset)
        return make_cut(self._client, replication_id, offset)

    @contextmanager
    def view(self, offset: int) -> Generator[RedisClient]:
        """The private replica at an offset; it ends with the view."""
        replica, self._replica = self._replica, None
        if replica is None:
            reason = self._no_view or "the private replica of this backup was read already"
            raise refuse_view(self._client.target.store, reason)
        with self._view_stack:
            try:
                client = replica.stop_at(offset)
            except SeawallError as error:
                # The backup itself is whole: only its source cannot be shown.
                raise refuse_view(self._client.target.store, error.happened) from None
            yield client

    def _open_replica(self) -> None:
        """Start the private replica; without it there is a backup, but no view of its source."""
        try:
            self._replica = self._view_stack.enter_context(
                open_replica(self._client, self._sandbox, self._scratch, self._settings)
            )
        except SeawallError as error:
            self._no_view = f"a private replica could not be made: {error.happened}"

    def _note_head(self, payload: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in payload:
            if not self._head.version:
                self._head = read_head(chunk)
            yield chunk

    def _read_whole_commands(self, offset: int) -> Iterator[bytes]:
        scanner = CommandScanner()
        for chunk in self._recorder.read(offset):
            scanner.feed(chunk)
            yield chunk
        if scanner.describe_end():
            raise RefusedError(
                "SW-REDIS-008",
                attempted=f"cut the stream of store `{self._client.target.store}` at {offset}",
                happened=f"it {scanner.describe_end()}.",
                hint="Please report it: an offset that the server tells lies between commands.",
            )
