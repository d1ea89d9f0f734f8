"""What a snapshot cannot hold: tables without transactions, definitions that change, other versions."""

from __future__ import annotations

import tempfile
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from engines.mariadb.harness import METHODS, ask, back_up, backing_up, fingerprint, opened, restored
from engines.mariadb.seed import run_sql
from seawall.capabilities import BACKUP, LOG
from seawall.engines.mariadb import ENGINE, base_backup, dump
from seawall.errors import RefusedError
from seawall.model.artifact import Role
from seawall.model.fingerprint import compare
from seawall.model.target import Target
from seawall.servers.sandboxes import Sandboxes
from servers.folder import FolderPieces, FolderSink, Taken, cut_once
from servers.waiting import wait_until


@METHODS
def test_tables_without_transactions_are_copied_and_named_and_not_proven(
    target: Target, sandboxes: Sandboxes, tmp_path: Path, method: str
) -> None:
    run_sql(
        target,
        "CREATE TABLE good (id int); INSERT INTO good VALUES (1);"
        "CREATE TABLE old (id int) ENGINE = MyISAM; INSERT INTO old VALUES (1);"
        "CREATE TABLE odd (id int) ENGINE = Aria; INSERT INTO odd VALUES (1);"
        "CREATE TABLE brief (id int) ENGINE = MEMORY; INSERT INTO brief VALUES (1), (2)",
    )
    changes = (
        "UPDATE brief SET id = id + 10; DELETE FROM brief WHERE id = 12; INSERT INTO old VALUES (2);"
        "INSERT INTO good VALUES (2)"
    )
    taken = back_up(target, sandboxes, tmp_path, method, lambda: run_sql(target, changes))
    excluded = dict(taken.cut.excluded)
    assert {"old", "odd", "brief"} <= set(excluded)
    assert "MyISAM has no transactions" in excluded["old"]
    assert [each.name for each in taken.at_point.collections] == ["good"]
    with restored(sandboxes, taken) as copy, opened(copy) as client:
        assert compare(taken.at_point, fingerprint(client), 0).differences == ()
        assert ask(copy, "SELECT count(*) FROM old") == 2
        assert ask(copy, "SELECT count(*) FROM good") == 2


@METHODS
def test_definitions_that_change_during_a_backup_are_those_of_the_cut(
    target: Target, sandboxes: Sandboxes, tmp_path: Path, method: str
) -> None:
    run_sql(
        target,
        "CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t VALUES (1, 1);"
        "CREATE TABLE gone (id int); CREATE TABLE emptied (id int); INSERT INTO emptied VALUES (1)",
    )
    changes = (
        "ALTER TABLE t ADD COLUMN b int DEFAULT 5; UPDATE t SET b = 6; DROP TABLE gone;"
        "TRUNCATE emptied; CREATE TABLE made (id int); INSERT INTO made VALUES (1);"
        "RENAME TABLE t TO renamed; CREATE VIEW v AS SELECT * FROM renamed;"
        "CREATE USER test_late@localhost IDENTIFIED BY 'canary-late'; GRANT SELECT ON app.* TO"
        " test_late@localhost"
    )
    taken = back_up(target, sandboxes, tmp_path, method, lambda: run_sql(target, changes))
    with restored(sandboxes, taken) as copy, opened(copy) as client:
        assert compare(taken.at_point, fingerprint(client), 0).differences == ()
        assert ask(copy, "SELECT b FROM renamed") == 6


@METHODS
def test_a_definition_that_changes_around_the_cut_makes_it_be_taken_again(
    target: Target, sandboxes: Sandboxes, tmp_path: Path, method: str
) -> None:
    run_sql(target, "CREATE TABLE t (id int); INSERT INTO t VALUES (1)")
    sink = FolderSink(tmp_path)
    with (
        tempfile.TemporaryDirectory() as scratch,
        backing_up(target, sandboxes, method, Path(scratch)) as session,
    ):
        session.copy_base(sink)
        with session.prepare() as attempt:
            run_sql(target, "CREATE TABLE between_ (id int)")
            attempt.take()
            run_sql(target, "CREATE VIEW after_ AS SELECT 1")
            assert attempt.settle() is None
            attempt.take()
            assert attempt.settle() is not None


class Altering:
    """An ALTER TABLE in a thread."""

    def __init__(self, target: Target, column: str) -> None:
        self._target = target
        act = f"ALTER TABLE t ADD COLUMN {column} int"
        self._thread = threading.Thread(target=run_sql, args=(target, act))

    def begin(self) -> None:
        """Begin, and go on once it waits for the table."""
        self._thread.start()
        state = (
            "SELECT count(*) FROM information_schema.processlist"
            " WHERE state LIKE 'Waiting for table metadata lock' AND info LIKE 'ALTER%'"
        )
        wait_until(lambda: bool(ask(self._target, state)), "a waiting ALTER TABLE")

    def end(self) -> None:
        """Wait for its end."""
        self._thread.join(20)
        assert not self._thread.is_alive()


@METHODS
def test_an_alter_table_waits_for_the_snapshot_or_makes_it_be_taken_again(
    target: Target, sandboxes: Sandboxes, tmp_path: Path, method: str
) -> None:
    run_sql(target, "CREATE TABLE t (id int); INSERT INTO t VALUES (1)")
    before, after = Altering(target, "b"), Altering(target, "c")
    sink = FolderSink(tmp_path)
    with (
        tempfile.TemporaryDirectory() as scratch,
        backing_up(target, sandboxes, method, Path(scratch)) as session,
    ):
        session.copy_base(sink)
        with session.prepare() as attempt:
            before.begin()
            attempt.take()
            assert attempt.settle() is None
            before.end()
            attempt.take()
            cut = attempt.settle()
            assert cut
            after.begin()
            session.copy_to(cut, sink)
            with attempt.view() as view:
                seen = fingerprint(view)
        after.end()
        details = session.details()
    assert [each.header for each in seen.collections] == ["`id` int(11), `b` int(11)"]
    taken = Taken(method, FolderPieces(sink), cut, details, seen)
    with restored(sandboxes, taken) as copy, opened(copy) as client:
        assert compare(taken.at_point, fingerprint(client), 0).differences == ()


def test_a_base_of_another_series_and_a_dump_of_a_newer_one_are_refused(
    target: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    run_sql(target, "CREATE TABLE t (id int)")
    for method, version in ((base_backup.METHOD, "11.4.2"), (dump.METHOD, "10.6.1")):
        taken = back_up(target, sandboxes, tmp_path / version, method)
        others = replace(sandboxes, programs=replace(sandboxes.programs, version=version))
        with pytest.raises(RefusedError) as caught, restored(others, taken):
            pass
        assert caught.value.code == "SW-MARIADB-005"


def test_a_server_of_another_series_than_the_programs_is_dumped(target: Target) -> None:
    assert target.programs
    other = replace(target, programs=replace(target.programs, version="11.4.2"))
    with opened(other) as client:
        chosen = ENGINE.choose(BACKUP, client)
    assert chosen.method == dump.METHOD
    assert "the programs here are 11.4.2" in chosen.passed_over[0]


def test_a_dump_of_an_older_series_is_restored_on_this_one(
    target: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    run_sql(target, "CREATE TABLE t (id int); INSERT INTO t VALUES (1)")
    taken = back_up(target, sandboxes, tmp_path, dump.METHOD)
    older = tuple((k, "10.6.1" if k == "server_version" else v) for k, v in taken.details)
    with restored(sandboxes, replace(taken, details=older)) as copy:
        assert ask(copy, "SELECT count(*) FROM t") == 1


def test_a_log_that_was_purged_or_begun_anew_is_refused(
    target: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    run_sql(target, "CREATE TABLE t (id int)")
    sink = FolderSink(tmp_path)
    for loss in ("FLUSH BINARY LOGS; PURGE BINARY LOGS TO '{}'", "RESET MASTER"):
        with (
            tempfile.TemporaryDirectory() as scratch,
            backing_up(target, sandboxes, base_backup.METHOD, Path(scratch)) as session,
        ):
            session.copy_base(sink)
            run_sql(target, "FLUSH BINARY LOGS")
            name = run_sql(target, "SHOW MASTER STATUS")[0][0]
            run_sql(target, loss.format(name))
            with pytest.raises(RefusedError) as caught:
                cut_once(session, sink, base_backup.METHOD, lambda _: None)
            assert caught.value.code == "SW-MARIADB-007"


def test_the_log_goes_over_several_files(
    target: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    run_sql(target, "CREATE TABLE t (id int)")
    changes = "INSERT INTO t VALUES (1); FLUSH BINARY LOGS; INSERT INTO t VALUES (2)"
    taken = back_up(
        target, sandboxes, tmp_path, base_backup.METHOD, lambda: run_sql(target, changes)
    )
    assert len(taken.pieces.names(Role.LOG)) == 2
    assert ENGINE.standalone(LOG).verify(tmp_path, taken.details, None) == ()
    with restored(sandboxes, taken) as copy:
        assert ask(copy, "SELECT group_concat(id) FROM t") == "1,2"
