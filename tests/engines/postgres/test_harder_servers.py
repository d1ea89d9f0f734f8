"""Servers whose log or commits are not the simple case: timelines, standbys, locks, failures."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from engines.postgres.harness import (
    ACCOUNTS,
    METHODS,
    Load,
    ask,
    back_up,
    backing_up,
    connect,
    fingerprint,
    opened,
    restored,
    run_sql,
)
from seawall.capabilities import LOG, RESTORE
from seawall.capabilities.backup import BackupSession
from seawall.engines.postgres import ENGINE, backup, base_backup
from seawall.engines.postgres.client import PostgresClient
from seawall.errors import TimedOutError
from seawall.model.fingerprint import compare
from seawall.model.place import Place
from seawall.model.point import Cut
from seawall.model.position import Position
from seawall.model.target import Target
from seawall.servers import starting
from seawall.servers.local import LocalServer
from seawall.servers.sandboxes import Sandboxes
from servers.folder import FolderPieces, FolderSink, Taken, cut_once
from servers.real import surroundings
from servers.waiting import wait_until

MANY = 20


def rebuild(server: LocalServer, taken: Taken) -> Target:
    """Restore a backup into the tier's own server, as the verb does."""
    restore = ENGINE.standalone(RESTORE, taken.method)

    def build(place: Place) -> None:
        run = starting.tool_runner(place)
        restore.build(taken.pieces, place, taken.cut, taken.details, run)

    with server.rebuilding() as place:
        build(place)
        starting.hand_over_data(place)
        process = server.launch(place)
        running = server.place_of(place.data)
        starting.claim(ENGINE, running, taken.details, process)
        starting.wait_until_ready(ENGINE, running, process)
        with opened(server.target_of(running)) as client:
            restore.load(taken.pieces, running, client)
    return server.up()


@METHODS
def test_a_server_restored_into_the_tier_is_backed_up_and_restored_again(
    home: Path, sandboxes: Sandboxes, target: Target, tmp_path: Path, method: str
) -> None:
    """A restored base runs on a new timeline, and its log begins in the middle of a segment."""
    run_sql(target, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 1 AS id")
    first = back_up(target, sandboxes, tmp_path / "first", method)
    server = LocalServer(ENGINE, f"again-{method[9:13]}", home, surroundings())
    server.up()
    again = rebuild(server, first)
    run_sql(again, "INSERT INTO kept VALUES (2)")
    second = back_up(again, sandboxes, tmp_path / "second", base_backup.METHOD)
    expected = "2" if method == base_backup.METHOD else "1"
    assert dict(second.details)["timeline"] == expected
    log = ENGINE.standalone(LOG).verify(tmp_path / "second", second.details, sandboxes.programs)
    assert log == ()
    with restored(sandboxes, second) as copy, opened(copy) as client:
        assert compare(second.at_point, fingerprint(client), 0).differences == ()
        assert ask(copy, "SELECT count(*) FROM public.kept") == 2
    server.stop()


def test_commits_that_wait_for_a_standby_are_told_apart(
    target: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    """Such a commit is in the log long before anybody sees it."""
    run_sql(target, "DROP TABLE IF EXISTS waited; CREATE TABLE waited (id integer)")
    run_sql(target, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    run_sql(target, "SELECT pg_reload_conf()")
    wait_until(lambda: ask(target, "SHOW synchronous_standby_names") == "nobody", "the setting")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    sink = FolderSink(tmp_path)
    try:
        before = _insert_and_wait(target, 1)
        with backing_up(target, sandboxes, base_backup.METHOD, scratch) as session:
            assert _slots(target) == 0
            session.copy_base(sink)
            assert _cut_once(session) is None, "the waiting one may have committed at any time"
            _let_go(target, before)
            after = _insert_and_wait(target, 2)
            taken = cut_once(session, sink, base_backup.METHOD, fingerprint)
        _let_go(target, after)
    finally:
        with connect(target) as connection:
            connection.execute("SET synchronous_commit = local")
            connection.execute("ALTER SYSTEM RESET synchronous_standby_names")
            connection.execute("SELECT pg_reload_conf()")
    (waited,) = [each for each in taken.at_point.collections if each.name == "waited"]
    assert waited.records == 1
    with restored(sandboxes, taken) as copy, opened(copy) as client:
        assert compare(taken.at_point, fingerprint(client), 0).differences == ()


def _insert_and_wait(target: Target, number: int) -> threading.Thread:
    """Insert in a thread whose commit is in the log and waits for a standby."""

    def insert() -> None:
        with connect(target) as connection:
            connection.execute("INSERT INTO waited VALUES (%s)", (number,))

    thread = threading.Thread(target=insert)
    thread.start()
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    wait_until(lambda: ask(target, waiting) == 1, "a commit that waits")
    return thread


def _let_go(target: Target, thread: threading.Thread) -> None:
    cancel = "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity"
    ask(target, f"{cancel} WHERE wait_event = 'SyncRep'")
    thread.join()


def _slots(target: Target) -> int:
    return int(ask(target, "SELECT count(*) FROM pg_replication_slots"))


def _cut_once(session: BackupSession) -> Cut | None:
    with session.prepare() as attempt:
        attempt.take()
        return attempt.settle()


def test_a_table_that_stays_locked_gives_a_bounded_wait_and_a_hint(
    target: Target,
    sandboxes: Sandboxes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(backup, "LOCK_SECONDS", 1)
    run_sql(target, "DROP TABLE IF EXISTS held; CREATE TABLE held (id integer)")

    def prepare() -> None:
        with backing_up(target, sandboxes, base_backup.METHOD, tmp_path) as session:
            session.prepare().__enter__()

    with connect(target) as other, other.transaction():
        other.execute("LOCK TABLE held IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(TimedOutError) as caught:
            prepare()
    assert caught.value.code == "SW-POSTGRES-011"


@pytest.mark.slow
def test_a_plain_place_in_the_log_does_not_restore_what_the_snapshot_sees(
    target: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    """What the certificate is for: without it a difference shows within a few points."""
    run_sql(target, f"DROP TABLE IF EXISTS accounts, moves, steps; {ACCOUNTS}")
    base = FolderSink(tmp_path / "base")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    taken: list[Taken] = []
    method = base_backup.METHOD
    with Load(target, 4).running(), backing_up(target, sandboxes, method, scratch) as session:
        session.copy_base(base)
        for _ in range(MANY):
            sink = FolderSink(base.folder, list(base.artifacts))
            with opened(target) as client:
                taken.append(_cut_at_the_insert_place(session, sink, client))
    differing = 0
    for each in taken:
        with restored(sandboxes, each) as copy, opened(copy) as client:
            differing += bool(compare(each.at_point, fingerprint(client), 0).differences)
        if differing:
            break
    assert differing, f"all of {MANY} uncertified places were exact by luck"


def _cut_at_the_insert_place(
    session: BackupSession, sink: FolderSink, client: PostgresClient
) -> Taken:
    """A snapshot, and in the next statement the end of the log."""
    with session.prepare() as attempt:
        attempt.take()
        while attempt.settle() is None:
            attempt.take()
        with client.session.snapshot():
            client.session.rows("SELECT count(*) FROM public.accounts")
            place = ask(client.target, "SELECT pg_current_wal_insert_lsn()::text")
            seen = fingerprint(client)
        attempt.take()
        while attempt.settle() is None:
            attempt.take()
        cut = Cut(Position.single(str(place)), exact=False)
        session.copy_to(cut, sink)
    return Taken(base_backup.METHOD, FolderPieces(sink), cut, session.details(), seen)
