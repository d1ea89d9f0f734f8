"""Backups and restores of one PostgreSQL store without a repository, and writers that are awkward."""

from __future__ import annotations

import random
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seawall.capabilities import FINGERPRINT
from seawall.capabilities.backup import BackupSession
from seawall.engines.postgres import ENGINE, base_backup, dump
from seawall.engines.postgres.client import PostgresClient
from seawall.model.fingerprint import Fingerprint
from seawall.model.target import Target
from seawall.servers.sandboxes import Sandboxes
from servers.folder import FolderSink, Taken, cut_once, implementation
from servers.folder import restored as restored_from
from servers.load import Writers

KEY = bytes(range(32))
ODD = Path(__file__).with_name("odd.sql")
METHODS = pytest.mark.parametrize("method", [base_backup.METHOD, dump.METHOD])


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


@contextmanager
def backing_up(
    target: Target, sandboxes: Sandboxes, method: str, scratch: Path
) -> Iterator[BackupSession]:
    """A session of one method."""
    with (
        opened(target) as client,
        implementation(ENGINE, client, method).open(scratch, sandboxes) as session,
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


def restored(sandboxes: Sandboxes, taken: Taken) -> AbstractContextManager[Target]:
    """The backup in a running sandbox."""
    return restored_from(ENGINE, sandboxes, taken)


ACCOUNTS = """
CREATE TABLE accounts (id integer PRIMARY KEY, balance bigint NOT NULL);
CREATE TABLE moves (id bigserial PRIMARY KEY, source integer, amount bigint, note text);
CREATE TABLE steps (id bigserial PRIMARY KEY, step integer);
INSERT INTO accounts SELECT n, 1000 FROM generate_series(1, 200) AS n;
"""


class Load(Writers):
    """Transfers, savepoints, two phases and slow transactions."""

    ERROR = psycopg.Error

    def kinds(self) -> tuple[Callable[[Any, random.Random], None], ...]:
        """One method each."""
        return (self._transfer, self._with_savepoints, self._in_two_phases, self._slowly)

    @contextmanager
    def session(self) -> Iterator[Any]:
        """A connection that commits by itself."""
        with connect(self.target) as connection:
            yield connection

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
            self.stop.wait(chance.uniform(0.05, 0.3))
            connection.execute("INSERT INTO moves (note) VALUES ('slower')")
