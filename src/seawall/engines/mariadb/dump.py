"""`backup` by a dump of one snapshot: needs no more than a login that may read everything."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from seawall.capabilities.backup import CutAttempt, Sink
from seawall.capabilities.server import OpenSandbox
from seawall.engines.mariadb.backup import ReadySession, Surroundings, open_view, ready_session
from seawall.engines.mariadb.binlog import LogPlace
from seawall.engines.mariadb.client import MariadbClient, Session
from seawall.engines.mariadb.fingerprint import inexact
from seawall.engines.mariadb.script import accounts_script, database_script
from seawall.engines.mariadb.statements import statement
from seawall.model.artifact import Role
from seawall.model.point import Cut
from seawall.model.position import Position

METHOD: Final = "mariadb/dump/1"
DUMP: Final = "dump.sql"
ACCOUNTS: Final = "accounts.sql"
CHUNK_BYTES: Final = 512 * 1024


class DumpBackup:
    """A script written from the very session that holds the snapshot."""

    def __init__(self, client: MariadbClient) -> None:
        self._client = client

    @contextmanager
    def open(self, scratch: Path, sandbox: OpenSandbox) -> Generator[DumpSession]:
        """Begin; everything happens at the cut and after it."""
        del scratch, sandbox  # Nothing is kept here, and the source is read through its snapshot.
        yield DumpSession(self._client)


class DumpSession:
    """One backup.

    Args:
        client: Of the store.
    """

    def __init__(self, client: MariadbClient) -> None:
        self._client = client
        self._ready: ReadySession | None = None
        self._hidden: tuple[str, ...] = ()

    def copy_base(self, sink: Sink) -> None:
        """Nothing can be copied before the cut."""

    def prepare(self) -> AbstractContextManager[CutAttempt]:
        """Open the session whose snapshot will be the cut."""
        return self._prepare()

    @contextmanager
    def _prepare(self) -> Generator[DumpCut]:
        with ready_session(self._client) as ready:
            self._ready = ready
            yield DumpCut(self._client, ready)

    def copy_to(self, cut: Cut, sink: Sink) -> None:
        """Write what the cut's snapshot sees, then the accounts."""
        del cut  # The snapshot is the cut.
        assert self._ready is not None  # noqa: S101 - a cut comes before this
        around = self._ready.after
        self._hidden = tuple(around.hidden)
        sink.write(DUMP, Role.DUMP, _gather(self._script(self._ready.session, around)))
        sink.write(
            ACCOUNTS, Role.DUMP, _gather(accounts_script(around.accounts, around.definitions))
        )

    def details(self) -> tuple[tuple[str, str], ...]:
        """Whose dump it is."""
        session = self._client.session
        names = session.value("SELECT @@global.lower_case_table_names")
        return (
            ("database", self._client.database),
            ("server_version", session.version.text),
            ("unseen", " ".join(self._hidden)),
            ("setting.lower-case-table-names", str(names)),
        )

    def _script(self, session: Session, around: Surroundings) -> Iterator[bytes]:
        database = self._client.database
        yield f"-- `{database}` of {session.version.shown}, written by Seawall.\n".encode()
        yield from database_script(session, database, around)


class DumpCut:
    """A snapshot: exact by construction, because the dump is what it sees.

    Args:
        client: Of the store.
        ready: Takes the snapshot.
    """

    def __init__(self, client: MariadbClient, ready: ReadySession) -> None:
        self._client = client
        self._ready = ready

    def take(self) -> None:
        """Take the snapshot: one round trip."""
        self._ready.take()

    def settle(self) -> Cut | None:
        """Ask where it is; None when something was defined meanwhile."""
        if not self._ready.is_whole():
            return None
        excluded = tuple((each.name, each.why) for each in inexact(self._ready.before.tables))
        return Cut(Position.single(_place(self._ready.session)), exact=True, excluded=excluded)

    def view(self) -> AbstractContextManager[MariadbClient]:
        """The store as the snapshot sees it."""
        return open_view(self._client, self._ready, is_logical=True)


def _place(session: Session) -> str:
    """The snapshot's place in the binary log; the time where there is none."""
    told = dict(session.rows(statement("snapshot_place")))
    if told.get("Binlog_snapshot_file"):
        offset = int(told["Binlog_snapshot_position"])
        return LogPlace(told["Binlog_snapshot_file"], offset).text
    return f"{datetime.now(UTC).isoformat(timespec='microseconds')} (no binary log)"


def _gather(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Parts as chunks of a good size."""
    gathered: list[bytes] = []
    size = 0
    for part in parts:
        gathered.append(part)
        size += len(part)
        if size >= CHUNK_BYTES:
            yield b"".join(gathered)
            gathered, size = [], 0
    yield b"".join(gathered)
