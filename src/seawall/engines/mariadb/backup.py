"""What both ways to back up share: a session that is ready to be cut, and the view of the cut."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final

from seawall.engines.mariadb.accounts import Account, read_accounts
from seawall.engines.mariadb.client import MariadbClient, Session, View
from seawall.engines.mariadb.definitions import Definition, read_definitions
from seawall.engines.mariadb.quoting import quote_name
from seawall.engines.mariadb.sequences import read_sequences
from seawall.engines.mariadb.sight import ACCOUNT, Grants, unseen
from seawall.engines.mariadb.tables import Table, list_tables
from seawall.errors import RefusedError, TimedOutError
from seawall.model.fingerprint import Exclusion, Fact

TRIES: Final = 5
# How long a snapshot waits for a table that somebody is about to change.
PATIENCE_SECONDS: Final = 1


@dataclass(frozen=True)
class Surroundings:
    """What there is beside the rows, as one reading found it.

    Attributes:
        definitions: In the order in which they can be made again.
        accounts: Accounts and roles.
        tables: Tables with rows, sorted by name.
        sequences: How far they have counted.
        cycling: Sequences that say nothing.
        hidden: Kinds of facts that the login cannot see.
    """

    definitions: tuple[Definition, ...]
    accounts: tuple[Account, ...]
    tables: tuple[Table, ...]
    sequences: tuple[Fact, ...]
    cycling: tuple[Exclusion, ...]
    hidden: dict[str, Exclusion]

    @classmethod
    def read(cls, session: Session, database: str) -> Surroundings:
        """Read everything as it is now: definitions are not part of any snapshot."""
        grants = Grants.read(session)
        hidden = unseen(grants, database, is_mariadb=session.version.is_mariadb)
        counted, cycling = read_sequences(session, database)
        return cls(
            tuple(read_definitions(session, database, hidden)),
            tuple(read_accounts(session, database)) if ACCOUNT not in hidden else (),
            tuple(list_tables(session, database)),
            tuple(counted),
            tuple(cycling),
            hidden,
        )

    def facts(self, *, is_logical: bool) -> tuple[tuple[Fact, ...], tuple[Exclusion, ...]]:
        """As a fingerprint has them, and what of them is not seen.

        Args:
            is_logical: Whether the cut is restored from a dump, into a server that has accounts
                of its own.
        """
        accounts = (each for each in self.accounts if not (is_logical and each.is_built_in))
        facts = (
            *(each.fact() for each in self.definitions),
            *(each.fact() for each in accounts),
            *self.sequences,
        )
        return facts, (*self.hidden.values(), *self.cycling)

    def is_defined_as(self, other: Surroundings) -> bool:
        """Whether nothing was defined, changed or dropped between two readings."""
        return [each.fact() for each in self.definitions] == [
            each.fact() for each in other.definitions
        ] and self.accounts == other.accounts


class ReadySession:
    """A warm session whose next statement takes a snapshot, and a lock that keeps tables whole.

    A snapshot does not see through ALTER, TRUNCATE or DROP: these wait until the view is closed.
    Definitions belong to no snapshot, so they are read before it and after it: if both readings
    agree, they are the definitions at the cut.

    Args:
        client: Of the store.
        keeper: Holds the lock until the snapshot is there.
        session: Takes the snapshot, and then holds the lock itself: whoever waits for a table to
            change it lets no other session read it.
    """

    def __init__(self, client: MariadbClient, keeper: Session, session: Session) -> None:
        self._client = client
        self._keeper = keeper
        self.session = session
        self.session.run(f"SET SESSION lock_wait_timeout = {PATIENCE_SECONDS}")
        self.before = self._prepare()
        self.after = self.before

    def take(self) -> None:
        """Take the snapshot: one round trip."""
        self.session.run("START TRANSACTION WITH CONSISTENT SNAPSHOT")
        self.session.is_in_snapshot = True

    def is_whole(self) -> bool:
        """Whether the definitions at the snapshot are known; otherwise all is ready again."""
        if self._take_over():
            self.after = Surroundings.read(self._client.session, self._client.database)
            if self.after.is_defined_as(self.before):
                return True
        self.session.run("ROLLBACK")
        self.session.is_in_snapshot = False
        self.before = self._prepare()
        return False

    def take_whole(self) -> None:
        """Take snapshots until the definitions at one are known.

        Raises:
            RefusedError: SW-BACKUP-012 when they change all the time.
        """
        for _ in range(TRIES):
            self.take()
            if self.is_whole():
                return
        raise self._restless()

    def _prepare(self) -> Surroundings:
        """Lock every table, and read what is defined once no table can change any more.

        Raises:
            RefusedError: SW-BACKUP-012 when tables come and go faster than they can be locked.
        """
        for _ in range(TRIES):
            tables = list_tables(self._client.session, self._client.database)
            self._keeper.run("ROLLBACK")
            self._keeper.run("START TRANSACTION")
            _lock(self._keeper, tables)
            found = Surroundings.read(self._client.session, self._client.database)
            if {table.name for table in tables} == {table.name for table in found.tables}:
                return found
        raise self._restless()

    def _restless(self) -> RefusedError:
        return RefusedError(
            "SW-BACKUP-012",
            attempted=f"cut store `{self._client.target.store}`",
            happened="something is created, changed or dropped in it all the time.",
            hint="Run the backup again at a quieter time.",
        )

    def _take_over(self) -> bool:
        """Let the snapshot's session hold the lock; False where somebody waits for a table."""
        try:
            _lock(self.session, self.before.tables)
        except TimedOutError:
            self._keeper.run("ROLLBACK")
            return False
        self._keeper.run("ROLLBACK")
        return True


def _lock(session: Session, tables: Iterable[Table]) -> None:
    """Reading nothing of a table keeps it as it is until the transaction ends."""
    for table in tables:
        if table.engine:
            session.run(f"SELECT 1 FROM {quote_name(table.name)} LIMIT 0")  # noqa: S608 - quoted


@contextmanager
def ready_session(client: MariadbClient) -> Generator[ReadySession]:
    """A session that can be cut; everything is closed at the end, its transactions with it."""
    with ExitStack() as stack:

        def open_one() -> Session:
            session = client.open_session()
            stack.callback(session.close)
            return session

        yield ReadySession(client, open_one(), open_one())


@contextmanager
def open_view(
    client: MariadbClient, ready: ReadySession, *, is_logical: bool
) -> Generator[MariadbClient]:
    """A client that reads the store as the snapshot sees it."""
    # How far sequences had counted is known from before the cut.
    facts = ready.before.facts(is_logical=is_logical)
    yield MariadbClient(client.target, View(ready.session, ready.before.tables, facts))
