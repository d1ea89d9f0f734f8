"""What both ways to back up share: sessions that are ready to be cut, and the view of a cut."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final

from seawall.engines.postgres.certificate import Snapshot
from seawall.engines.postgres.client import PostgresClient, Session, View
from seawall.engines.postgres.facts import read_sequences
from seawall.engines.postgres.statements import statement
from seawall.engines.postgres.tables import list_tables

LOCK_SECONDS: Final = 20
# Tables locked by one statement: its text stays readable in the server's log.
LOCKED_AT_ONCE: Final = 100
BEGIN: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


@dataclass(frozen=True)
class Look:
    """What one statement saw.

    Attributes:
        snapshot: Of its transaction.
        place: The end of the log at that moment, as PostgreSQL writes it.
    """

    snapshot: Snapshot
    place: str

    @classmethod
    def parse(cls, row: tuple[str, ...]) -> Look:
        """Parse the row of `look.sql`."""
        snapshot, place = row
        return cls(Snapshot.parse(snapshot), place)


class ReadySessions:
    """Warm sessions whose next statement takes a snapshot, and a lock that keeps tables whole.

    A snapshot does not see through TRUNCATE or a rewriting ALTER TABLE: both wait until the view
    is closed, as they do for pg_dump. Ordinary writers never wait.

    Args:
        client: Of the store.
        keeper: Will hold the lock.
        sessions: Will take one snapshot each.
    """

    def __init__(self, client: PostgresClient, keeper: Session, sessions: list[Session]) -> None:
        self._client = client
        self._keeper = keeper
        self._look = statement("look")
        self.sessions = sessions
        self.sequence_floors = read_sequences(client.session)

    def begin(self) -> None:
        """Lock the tables and open a transaction in each session, without a snapshot yet."""
        self._lock_tables()
        for session in self.sessions:
            session.rows(self._look)
            session.run(BEGIN)

    def _lock_tables(self) -> None:
        self._keeper.run(f"BEGIN; SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
        readable = [table for table in list_tables(self._client.session) if table.is_readable]
        tables = [f"ONLY {table.quoted}" for table in readable if table.kind == "r"]
        for first in range(0, len(tables), LOCKED_AT_ONCE):
            names = ", ".join(tables[first : first + LOCKED_AT_ONCE])
            self._keeper.run(f"LOCK TABLE {names} IN ACCESS SHARE MODE")
        for table in readable:
            if table.kind == "m" and table.is_populated:
                # LOCK TABLE takes no materialized views; reading nothing of one locks it as well.
                self._keeper.run(f"SELECT FROM {table.quoted} LIMIT 0")

    def look(self) -> list[Look]:
        """Take all snapshots: one round trip for all of them together."""
        for session in self.sessions:
            session.send(self._look)
        return [Look.parse(session.receive()) for session in self.sessions]

    def begin_again(self) -> None:
        """Give up the snapshots and be ready for new ones."""
        for session in self.sessions:
            session.run("ROLLBACK")
            session.run(BEGIN)

    def keep(self, session: Session) -> None:
        """Give up every snapshot but one: an open one holds back the server's clean-up."""
        for other in self.sessions:
            if other is not session:
                other.close()
        self.sessions = [session]


@contextmanager
def ready_sessions(client: PostgresClient, count: int) -> Generator[ReadySessions]:
    """Sessions for so many snapshots; all are closed at the end, and their transactions with them."""
    with ExitStack() as stack:

        def open_one() -> Session:
            session = client.open_session()
            stack.callback(session.close)
            return session

        ready = ReadySessions(client, open_one(), [open_one() for _ in range(count)])
        ready.begin()
        yield ready


@contextmanager
def open_view(
    client: PostgresClient, ready: ReadySessions, *, is_logical: bool
) -> Generator[PostgresClient]:
    """A client that reads the store as the one kept snapshot sees it."""
    (session,) = ready.sessions
    view = View(session, is_logical, ready.sequence_floors)
    yield PostgresClient(client.target, view)
