"""Backups and restores of one MariaDB store without a repository, and writers that are awkward."""

from __future__ import annotations

import random
import re
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pymysql
import pytest

from engines.mariadb.seed import connect, run_sql
from seawall.capabilities import FINGERPRINT, INCREMENT, TRANSFER
from seawall.capabilities.backup import BackupSession
from seawall.engines.mariadb import ENGINE, base_backup, dump
from seawall.engines.mariadb.client import MariadbClient
from seawall.model.fingerprint import Fingerprint
from seawall.model.secret import Secret
from seawall.model.target import Target
from seawall.servers.sandboxes import Sandboxes
from servers.folder import FolderPieces, FolderSink, Taken, cut_once, implementation, part_of
from servers.folder import restored as restored_from
from servers.load import Writers
from servers.waiting import wait_until

KEY = bytes(range(32))
METHODS = pytest.mark.parametrize("method", [base_backup.METHOD, dump.METHOD])


def ask(target: Target, query: str, statement: int = 0) -> Any:
    """The first column of the first row of one of the statements."""
    with connect(target) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        for _ in range(statement):
            cursor.nextset()
        row = cursor.fetchone()
        assert row
        return row[0]


def run_script(target: Target, text: str) -> None:
    """Run statements one after the other; each ends with its line."""
    with connect(target) as connection, connection.cursor() as cursor:
        for statement in re.split(r";\n", text):
            if statement.strip():
                cursor.execute(statement)


@contextmanager
def opened(target: Target) -> Iterator[MariadbClient]:
    """A client of the row."""
    client = ENGINE.connect(target)
    try:
        yield client
    finally:
        client.close()


def clear(target: Target) -> None:
    """Empty the store, and drop the accounts that tests make."""
    with opened(target) as client:
        ENGINE.require(TRANSFER, client).clear()
    for user, host in run_sql(target, "SELECT User, Host FROM mysql.user WHERE User LIKE 'test%'"):
        run_sql(target, f"DROP USER '{user}'@'{host}'" if host else f"DROP ROLE {user}")


def as_login(target: Target, user: str, *grants: str) -> Target:
    """The store by a login that has the given grants alone."""
    run_sql(target, f"CREATE OR REPLACE USER {user}@'127.0.0.1' IDENTIFIED BY 'canary-{user}'")
    for grant in grants:
        run_sql(target, f"GRANT {grant} TO {user}@'127.0.0.1'")
    location = target.location.with_login(user, Secret(f"canary-{user}"))
    return replace(target, location=location)


def fingerprint(client: MariadbClient) -> Fingerprint:
    """A fingerprint by the tests' key."""
    return ENGINE.require(FINGERPRINT, client).take(KEY)


@contextmanager
def backing_up(
    target: Target,
    sandboxes: Sandboxes,
    method: str,
    scratch: Path,
    earlier: Sequence[Taken] = (),
) -> Iterator[BackupSession]:
    """A session of one method, on the last of earlier backups where there are any."""
    with ExitStack() as stack:
        client = stack.enter_context(opened(target))
        if earlier:
            part = part_of(earlier[-1], ENGINE.name)
            changes = ENGINE.require(INCREMENT, client)
            assert changes.refusal(part) == ""
            yield stack.enter_context(changes.open(part, scratch, sandboxes))
        else:
            yield stack.enter_context(
                implementation(ENGINE, client, method).open(scratch, sandboxes)
            )


def back_up(
    target: Target,
    sandboxes: Sandboxes,
    folder: Path,
    method: str,
    between: Callable[[], object] = lambda: None,
    earlier: Sequence[Taken] = (),
) -> Taken:
    """A backup, whole or on earlier ones; `between` acts after the base, before the cut."""
    folder.mkdir(exist_ok=True)
    sink = FolderSink(folder)
    with (
        tempfile.TemporaryDirectory() as scratch,
        backing_up(target, sandboxes, method, Path(scratch), earlier) as session,
    ):
        session.copy_base(sink)
        between()
        taken = cut_once(session, sink, method, fingerprint)
        return replace(taken, pieces=FolderPieces(sink, tuple(each.pieces for each in earlier)))


def restored(sandboxes: Sandboxes, taken: Taken) -> AbstractContextManager[Target]:
    """The backup in a running sandbox."""
    return restored_from(ENGINE, sandboxes, taken)


def checkpoint(target: Target) -> None:
    """Let InnoDB write its changed pages, so that an increment begins after them.

    A small server would otherwise keep them in memory for hours.
    """
    ((before,),) = run_sql(target, CHECKPOINT)
    run_sql(target, "SET GLOBAL innodb_max_dirty_pages_pct = 0")
    try:
        wait_until(lambda: int(run_sql(target, CHECKPOINT)[0][0]) > int(before), "a checkpoint")
    finally:
        run_sql(target, "SET GLOBAL innodb_max_dirty_pages_pct = DEFAULT")


CHECKPOINT = (
    "SELECT variable_value FROM information_schema.global_status"
    " WHERE variable_name = 'INNODB_LSN_LAST_CHECKPOINT'"
)
ACCOUNTS = """
CREATE TABLE accounts (id int PRIMARY KEY, balance bigint NOT NULL);
CREATE TABLE moves (id bigint AUTO_INCREMENT PRIMARY KEY, source int, amount bigint, note text);
CREATE TABLE steps (id bigint AUTO_INCREMENT PRIMARY KEY, step int);
CREATE TABLE keyless (word varchar(20), raw blob);
CREATE SEQUENCE tickets;
INSERT INTO accounts SELECT seq, 1000 FROM seq_1_to_200;
"""


class Load(Writers):
    """Transfers, savepoints, two phases and slow transactions."""

    ERROR = pymysql.Error

    def kinds(self) -> tuple[Callable[[Any, random.Random], None], ...]:
        """One method each."""
        return (
            self._transfer,
            self._with_savepoints,
            self._in_two_phases,
            self._slowly,
            self._without_key,
            self._counting,
        )

    @contextmanager
    def session(self) -> Iterator[Any]:
        """A cursor that commits by itself."""
        with connect(self.target) as connection, connection.cursor() as cursor:
            yield cursor

    def _transfer(self, cursor: Any, chance: random.Random) -> None:
        one, two = sorted(chance.sample(range(1, 201), 2))
        cursor.execute("START TRANSACTION")
        cursor.execute("UPDATE accounts SET balance = balance - 1 WHERE id = %s", (one,))
        cursor.execute("UPDATE accounts SET balance = balance + 1 WHERE id = %s", (two,))
        cursor.execute("INSERT INTO moves (source, amount) VALUES (%s, 1)", (one,))
        cursor.execute("COMMIT" if chance.random() < 0.9 else "ROLLBACK")

    def _with_savepoints(self, cursor: Any, chance: random.Random) -> None:
        cursor.execute("START TRANSACTION")
        for step in range(chance.randrange(1, 10)):
            cursor.execute("SAVEPOINT here")
            cursor.execute("INSERT INTO steps (step) VALUES (%s)", (step,))
            verb = "ROLLBACK TO" if chance.random() < 0.3 else "RELEASE"
            cursor.execute(f"{verb} SAVEPOINT here")
        cursor.execute("COMMIT")

    def _in_two_phases(self, cursor: Any, chance: random.Random) -> None:
        name = f"'{chance.random()}-{threading.get_ident()}'"
        cursor.execute(f"XA START {name}")
        cursor.execute("INSERT INTO moves (note) VALUES ('two phases')")
        cursor.execute(f"XA END {name}")
        cursor.execute(f"XA PREPARE {name}")
        cursor.execute(f"XA {'COMMIT' if chance.random() < 0.8 else 'ROLLBACK'} {name}")

    def _slowly(self, cursor: Any, chance: random.Random) -> None:
        cursor.execute("START TRANSACTION")
        cursor.execute("INSERT INTO moves (note) VALUES ('slow')")
        self.stop.wait(chance.uniform(0.05, 0.3))
        cursor.execute("INSERT INTO moves (note) VALUES ('slower')")
        cursor.execute("COMMIT")

    def _without_key(self, cursor: Any, chance: random.Random) -> None:
        word = f"word {chance.randrange(5)}"
        cursor.execute("INSERT INTO keyless VALUES (%s, %s)", (word, bytes(range(256))))
        if chance.random() < 0.3:
            cursor.execute("DELETE FROM keyless WHERE word = %s LIMIT 1", (word,))

    def _counting(self, cursor: Any, chance: random.Random) -> None:
        cursor.execute("START TRANSACTION")
        cursor.execute("SELECT nextval(tickets)")
        cursor.execute("COMMIT" if chance.random() < 0.5 else "ROLLBACK")
