"""`backup` by a base and the log after it: the cut is certified, and no writer ever waits."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Final

from seawall.capabilities.backup import CutAttempt, Sink
from seawall.capabilities.server import OpenSandbox
from seawall.engines.postgres.backup import Look, ReadySessions, open_view, ready_sessions
from seawall.engines.postgres.certificate import Snapshot, certify, is_in_doubt
from seawall.engines.postgres.client import PostgresClient, Replication, Session
from seawall.engines.postgres.commits import list_commits
from seawall.engines.postgres.receiver import WalReceiver
from seawall.engines.postgres.statements import statement
from seawall.engines.postgres.tools import CHUNK_BYTES, read_program
from seawall.engines.postgres.wal import format_lsn, parse_lsn, readable_end, segment_names
from seawall.errors import SeawallError
from seawall.model.artifact import Role
from seawall.model.point import Cut
from seawall.model.position import Position

METHOD: Final = "postgres/base/1"
BASE: Final = "base.tar"
LOG_FOLDER: Final = "wal"
# One of them certifies nearly always (235 of 236 alone, 18 of 18 holds with three).
SNAPSHOTS: Final = 3
# How far before the cut commits are looked for: a commit is visible milliseconds after it is in
# the log, unless it waits for a standby (then all that was received is looked through).
LOOK_BACK_BYTES: Final = 64 * 2**20
RECEIVE_SECONDS: Final = 120.0
INSERT_PLACE: Final = "SELECT pg_current_wal_insert_lsn()::text"

_LABEL: Final = re.compile(
    rb"START WAL LOCATION: (?P<start>[0-9A-F]+/[0-9A-F]+) .*?START TIMELINE: (?P<timeline>\d+)",
    re.DOTALL,
)


class BaseBackup:
    """pg_basebackup, with the log received beside it."""

    def __init__(self, client: PostgresClient) -> None:
        self._client = client

    @contextmanager
    def open(self, scratch: Path, sandbox: OpenSandbox) -> Generator[BaseSession]:
        """Begin to receive the log; end the connection, and the slot with it, at the end."""
        del sandbox  # The source is read through its own snapshots.
        with ExitStack() as stack:
            control = self._client.open_session()
            stack.callback(control.close)
            waits_for_standby = bool(control.value("SHOW synchronous_standby_names"))
            replication = Replication(self._client.target)
            stack.callback(replication.close)
            receiver = WalReceiver(replication, scratch / LOG_FOLDER, _segment_bytes(control))
            stack.callback(receiver.close)
            if not waits_for_standby:
                replication.hold_log(f"seawall_{control.value('SELECT pg_backend_pid()')}")
            receiver.begin()
            control.run("SET synchronous_commit = local")
            newest = control.value("SELECT pg_current_xact_id()::text") if waits_for_standby else 0
            yield BaseSession(self._client, control, receiver, scratch, int(newest))


class BaseSession:
    """One backup: the base first, then a certified cut, then the log between them.

    Args:
        client: Of the store.
        control: A session of this backup's own.
        receiver: Receives the log.
        scratch: Holds the received log.
        newest: The newest transaction at the start, where commits wait for a standby; else 0.
    """

    def __init__(
        self,
        client: PostgresClient,
        control: Session,
        receiver: WalReceiver,
        scratch: Path,
        newest: int,
    ) -> None:
        self._client = client
        self._receiver = receiver
        self._scratch = scratch
        self._segment_bytes = _segment_bytes(control)
        self._start = 0
        self._base_end = 0
        self._end = 0
        self._target = ""
        self.control = control
        self._newest = newest

    def copy_base(self, sink: Sink) -> None:
        """Stream the base; it opens with the label that says where its log starts."""
        # Where the server archives, a base without log would wait for the archive.
        archives = self.control.value("SHOW archive_mode") != "off"
        with read_program(
            self._client.target,
            self._scratch,
            "pg_basebackup",
            "--pgdata=-",
            "--format=tar",
            f"--wal-method={'fetch' if archives else 'none'}",
            "--checkpoint=fast",
            "--label=seawall",
            "--no-password",
        ) as output:
            sink.write(BASE, Role.BASE, self._read_label(output))
        self._receiver.refuse_failed()
        self._base_end = parse_lsn(self.control.value(INSERT_PLACE))

    def prepare(self) -> AbstractContextManager[CutAttempt]:
        """Open the sessions whose snapshots will be the cut."""
        return self._prepare()

    @contextmanager
    def _prepare(self) -> Generator[CertifiedCut]:
        with ready_sessions(self._client, SNAPSHOTS) as ready:
            yield CertifiedCut(self, self._client, ready)

    def copy_to(self, cut: Cut, sink: Sink) -> None:
        """Store the segments from the base's start to the first record after the cut."""
        self._target = cut.position.text
        for name in segment_names(
            self._receiver.timeline, self._start, self._end, self._segment_bytes
        ):
            sink.write(f"{LOG_FOLDER}/{name}", Role.LOG, _read(self._scratch / LOG_FOLDER / name))

    def details(self) -> tuple[tuple[str, str], ...]:
        """Where the log starts and ends, whose it is, and what the server needs to start."""
        rows = self.control.rows(statement("cluster"))
        return (
            ("wal_start", format_lsn(self._start)),
            ("wal_target", self._target),
            ("wal_end", format_lsn(self._end)),
            ("timeline", str(self._receiver.timeline)),
            ("system_id", self._receiver.system),
            ("segment_bytes", str(self._segment_bytes)),
            *((name, value) for name, value in rows),
        )

    def other_databases(self) -> tuple[tuple[str, str], ...]:
        """Databases that come back with the server, though nothing proves their content."""
        why = "it comes back with its server, but only the store's own database is proven"
        rows = self.control.rows(statement("other_databases"))
        return tuple((f"database {name}", why) for (name,) in rows)

    def receive_past(self, place: int) -> None:
        """Make the server write a record past a place, and receive it.

        Recovery stops before the first record at or after the place, so there must be one.
        """
        self.control.rows("SELECT pg_logical_emit_message(true, 'seawall', 'cut')")
        end = parse_lsn(self.control.value("SELECT pg_current_wal_flush_lsn()::text"))
        self._receiver.wait_for(end, RECEIVE_SECONDS)
        self._end = max(end, place + 1)

    def certified_place(self, snapshot: Snapshot, oldest: int, end: int) -> int | None:
        """Where to stop so that a snapshot's content is restored; None when nowhere."""
        if is_in_doubt(snapshot, self._newest):
            return None
        start = self._receiver.start
        if not self._newest:
            behind = oldest - LOOK_BACK_BYTES
            # The rest of a segment that was switched early is empty: no record is found from there.
            start = max(start, behind - behind % self._segment_bytes)
        folder, timeline = self._scratch / LOG_FOLDER, self._receiver.timeline
        stop = readable_end(end, self._segment_bytes)
        with list_commits(self._client.target, folder, timeline, start, stop) as commits:
            place = certify(snapshot, commits, end)
        # A base is consistent only from where it ended.
        return None if place is None or place < self._base_end else place

    def _read_label(self, output: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in output:
            if not self._start:
                self._start = self._find_start(chunk)
            yield chunk

    def _find_start(self, head: bytes) -> int:
        label = _LABEL.search(head)
        if label is None or int(label["timeline"]) != self._receiver.timeline:
            raise SeawallError(
                "SW-POSTGRES-009",
                attempted=f"copy the base of store `{self._client.target.store}`",
                happened="its label does not name the log that is being received.",
                hint="The server may have been promoted meanwhile: run the backup again.",
            )
        return parse_lsn(label["start"].decode())


class CertifiedCut:
    """Several snapshots, of which one is proven to be what a place in the log restores.

    Args:
        session: The backup.
        client: Of the store.
        ready: Sessions whose next statement takes a snapshot.
    """

    def __init__(self, session: BaseSession, client: PostgresClient, ready: ReadySessions) -> None:
        self._session = session
        self._client = client
        self._ready = ready
        self._oldest = parse_lsn(session.control.value(INSERT_PLACE))
        self._looks: list[Look] = []

    def take(self) -> None:
        """Take the snapshots: one round trip."""
        self._looks = self._ready.look()

    def settle(self) -> Cut | None:
        """Receive the log past the snapshots and certify one of them."""
        end = parse_lsn(self._session.control.value(INSERT_PLACE))
        self._session.receive_past(end)
        for look, session in zip(self._looks, self._ready.sessions, strict=True):
            place = self._session.certified_place(look.snapshot, self._oldest, end)
            if place is not None:
                self._ready.keep(session)
                excluded = self._session.other_databases()
                return Cut(Position.single(format_lsn(place)), exact=True, excluded=excluded)
        self._ready.begin_again()
        return None

    def view(self) -> AbstractContextManager[PostgresClient]:
        """The store as the certified snapshot sees it."""
        return open_view(self._client, self._ready, is_logical=False)


def _segment_bytes(session: Session) -> int:
    return int(session.value("SELECT setting FROM pg_settings WHERE name = 'wal_segment_size'"))


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
