"""Backups and restores of one PostgreSQL store without a repository, and writers that are awkward."""

from __future__ import annotations

import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seawall.capabilities import FINGERPRINT, RESTORE
from seawall.capabilities.backup import Backup, BackupSession
from seawall.engines.postgres import ENGINE, base_backup, dump
from seawall.engines.postgres.client import PostgresClient
from seawall.model.fingerprint import Fingerprint
from seawall.model.target import Target
from seawall.servers.sandboxes import Sandboxes
from seawall.servers.starting import tool_runner
from servers.folder import FolderPieces, FolderSink, Taken

KEY = bytes(range(32))
ODD = Path(__file__).with_name("odd.sql")
METHODS = pytest.mark.parametrize("method", [base_backup.METHOD, dump.METHOD])
WAIT_SECONDS = 60.0


def connect(target: Target, **options: Any) -> psycopg.Connection[tuple[Any, ...]]:
    """A plain connection of the tests' own."""
    return psycopg.connect(target.location.url(), autocommit=True, **options)


def run_sql(target: Target, text: str) -> None:
    """Run statements."""
    with connect(target) as connection:
        connection.execute(text.encode())


def ask(target: Target, query: str) -> Any:
    """The first column of the only row."""
    with connect(target) as connection:
        row = connection.execute(query.encode()).fetchone()
        assert row
        return row[0]


@contextmanager
def opened(target: Target) -> Iterator[PostgresClient]:
    """A client of the row."""
    client = ENGINE.connect(target)
    try:
        yield client
    finally:
        client.close()


def fingerprint(client: PostgresClient) -> Fingerprint:
    """A fingerprint by the tests' key."""
    return ENGINE.require(FINGERPRINT, client).take(KEY)


def implementation(client: PostgresClient, method: str) -> Backup:
    """The offer of one method, whatever `choose` would take."""
    (offer,) = [offer for offer in ENGINE.offers("backup") if offer.method == method]
    assert offer.make
    made: Backup = offer.make(client)  # type: ignore[assignment]
    return made


@contextmanager
def backing_up(
    target: Target, sandboxes: Sandboxes, method: str, scratch: Path
) -> Iterator[BackupSession]:
    """A session of one method."""
    with (
        opened(target) as client,
        implementation(client, method).open(scratch, sandboxes) as session,
    ):
        yield session


def back_up(target: Target, sandboxes: Sandboxes, folder: Path, method: str) -> Taken:
    """A whole backup; `at_point` is the fingerprint of the source at the cut."""
    sink = FolderSink(folder)
    with (
        tempfile.TemporaryDirectory() as scratch,
        backing_up(target, sandboxes, method, Path(scratch)) as session,
    ):
        session.copy_base(sink)
        return cut_once(session, sink, method, fingerprint)


def cut_once(
    session: BackupSession, sink: FolderSink, method: str, look: Callable[[Any], Any]
) -> Taken:
    """One cut of a session whose base is copied, with all that leads up to it."""
    with session.prepare() as attempt:
        cut = None
        while cut is None:
            attempt.take()
            cut = attempt.settle()
        session.copy_to(cut, sink)
        with attempt.view() as view:
            seen = look(view)
    return Taken(method, FolderPieces(sink), cut, session.details(), seen)


@contextmanager
def restored(sandboxes: Sandboxes, taken: Taken) -> Iterator[Target]:
    """The backup in a running sandbox."""
    restore = ENGINE.standalone(RESTORE, taken.method)
    with sandboxes.place() as place:
        restore.build(taken.pieces, place, taken.cut, taken.details, tool_runner(place))
        target = sandboxes.start(place, taken.details)
        with opened(target) as client:
            restore.load(taken.pieces, place, client)
        yield target


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition, with a bound."""
    deadline = time.monotonic() + WAIT_SECONDS
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come true in {WAIT_SECONDS} s"
        pause.wait(0.02)


ACCOUNTS = """
CREATE TABLE accounts (id integer PRIMARY KEY, balance bigint NOT NULL);
CREATE TABLE moves (id bigserial PRIMARY KEY, source integer, amount bigint, note text);
CREATE TABLE steps (id bigserial PRIMARY KEY, step integer);
INSERT INTO accounts SELECT n, 1000 FROM generate_series(1, 200) AS n;
"""


@dataclass
class Load:
    """Writers in threads until the end of the context.

    Attributes:
        target: Where they write.
        writers: How many of each kind.
    """

    target: Target
    writers: int = 2

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self.commits = 0
        self._count = threading.Lock()
        self.failures: list[BaseException] = []

    @contextmanager
    def running(self) -> Iterator[Load]:
        """Run them."""
        kinds = (self._transfer, self._with_savepoints, self._in_two_phases, self._slowly)
        threads = [
            threading.Thread(target=self._repeat, args=(kind, number))
            for kind in kinds
            for number in range(self.writers)
        ]
        for thread in threads:
            thread.start()
        try:
            wait_until(lambda: self.commits > 20 or bool(self.failures), "load")
            yield self
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()
        assert not self.failures, self.failures

    def _repeat(self, act: Callable[[Any, random.Random], None], number: int) -> None:
        chance = random.Random(number)
        try:
            with connect(self.target) as connection:
                while not self._stop.is_set():
                    act(connection, chance)
                    with self._count:
                        self.commits += 1
        except psycopg.Error as error:
            self.failures.append(error)

    def _transfer(self, connection: Any, chance: random.Random) -> None:
        one, two = sorted(chance.sample(range(1, 201), 2))
        with connection.transaction():
            connection.execute("UPDATE accounts SET balance = balance - 1 WHERE id = %s", (one,))
            connection.execute("UPDATE accounts SET balance = balance + 1 WHERE id = %s", (two,))
            connection.execute("INSERT INTO moves (source, amount) VALUES (%s, 1)", (one,))

    def _with_savepoints(self, connection: Any, chance: random.Random) -> None:
        with connection.transaction():
            for step in range(chance.randrange(1, 20)):
                connection.execute("SAVEPOINT here")
                connection.execute("INSERT INTO steps (step) VALUES (%s)", (step,))
                if chance.random() < 0.3:
                    connection.execute("ROLLBACK TO SAVEPOINT here")
                else:
                    connection.execute("RELEASE SAVEPOINT here")

    def _in_two_phases(self, connection: Any, chance: random.Random) -> None:
        name = f"both-{chance.random()}-{threading.get_ident()}"
        connection.execute("BEGIN")
        connection.execute("INSERT INTO moves (note) VALUES ('two phases')")
        connection.execute(f"PREPARE TRANSACTION '{name}'")
        verb = "COMMIT" if chance.random() < 0.8 else "ROLLBACK"
        connection.execute(f"{verb} PREPARED '{name}'")

    def _slowly(self, connection: Any, chance: random.Random) -> None:
        with connection.transaction():
            connection.execute("INSERT INTO moves (note) VALUES ('slow')")
            self._stop.wait(chance.uniform(0.05, 0.3))
            connection.execute("INSERT INTO moves (note) VALUES ('slower')")
