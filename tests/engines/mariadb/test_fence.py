"""The fence lets go whatever becomes of the process that holds it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from engines.mariadb.harness import ask, opened
from engines.mariadb.seed import run_sql
from seawall.capabilities import FENCE
from seawall.engines.mariadb import ENGINE
from seawall.engines.mariadb.client import PINNED, open_session
from seawall.errors import RefusedError, TimedOutError
from seawall.model.target import Target
from servers.waiting import wait_until

HOLDER = """
import sys, time
from seawall.capabilities import FENCE
from seawall.engines.mariadb import ENGINE
from seawall.model.location import Location
from seawall.model.target import Target

client = ENGINE.connect(Target("held", Location.parse(sys.stdin.readline().strip())))
with ENGINE.require(FENCE, client).prepare() as fence, fence.hold(900_000 if sys.argv[1] == "die" else 900):
    print("held", flush=True)
    time.sleep(600)
"""


@contextmanager
def holder(target: Target, how: str) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the fence and would not let go."""
    environment = {"PYTHONPATH": os.pathsep.join(sys.path), "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=Path(__file__).parents[3],
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(target.location.url() + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_killed_holder_leaves_no_lock(target: Target) -> None:
    run_sql(target, "CREATE TABLE t (id int)")
    with holder(target, "die") as process:
        process.send_signal(signal.SIGKILL)
        run_sql(target, "INSERT INTO t VALUES (1)")
    assert ask(target, "SELECT count(*) FROM t") == 1


def test_a_holder_that_stands_still_is_dropped_by_the_server(target: Target) -> None:
    run_sql(target, "CREATE TABLE t (id int)")
    with holder(target, "stop") as process:
        process.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        run_sql(target, "INSERT INTO t VALUES (1)")
        assert time.monotonic() - began < 10
        process.send_signal(signal.SIGCONT)
    assert ask(target, "SELECT count(*) FROM t") == 1


def test_a_second_backup_of_the_server_is_waited_for_and_then_named(target: Target) -> None:
    with opened(target) as client:
        fence = ENGINE.require(FENCE, client)
        with fence.prepare(), opened(target) as other:
            run_sql(target, "SET GLOBAL lock_wait_timeout = 1")
            try:
                with pytest.raises(TimedOutError) as caught:
                    open_and_stage(other.target)
            finally:
                run_sql(target, "SET GLOBAL lock_wait_timeout = DEFAULT")
    assert caught.value.code == "SW-MARIADB-009"


def test_a_locked_table_is_waited_for_and_meanwhile_writers_go_on(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_sql(target, "CREATE TABLE locked (id int); CREATE TABLE other (id int)")
    monkeypatch.setitem(PINNED, "lock_wait_timeout", "2")
    waiting = (
        "SELECT count(*) FROM information_schema.processlist WHERE info = 'BACKUP STAGE START'"
    )
    session, said = open_session(target), list[str]()

    def prepare() -> None:
        with opened(target) as client:
            try:
                with ENGINE.require(FENCE, client).prepare():
                    said.append("prepared")
            except TimedOutError as error:
                said.append(error.code)

    preparing = threading.Thread(target=prepare)
    try:
        session.run("LOCK TABLES locked WRITE")
        preparing.start()
        wait_until(lambda: ask(target, waiting) == 1, "the fence's waiting")
        run_sql(target, "INSERT INTO other VALUES (1)")
        assert not said
        preparing.join(20)
    finally:
        session.close()
    assert said == ["SW-MARIADB-009"]
    run_sql(target, "INSERT INTO locked VALUES (1)")


def test_two_stores_of_one_server_are_held_together(target: Target) -> None:
    run_sql(target, "CREATE TABLE t (id int); CREATE DATABASE IF NOT EXISTS other_store")
    other = replace(target, location=replace(target.location, database="other_store"))
    done: list[float] = []

    def write() -> None:
        run_sql(target, "INSERT INTO t VALUES (1)")
        done.append(time.monotonic())

    try:
        with opened(target) as one, opened(other) as two:
            first, second = ENGINE.require(FENCE, one), ENGINE.require(FENCE, two)
            with first.prepare() as leader, second.prepare() as follower:
                with pytest.raises(RefusedError) as caught, follower.hold(5000):
                    pass
                assert caught.value.code == "SW-BACKUP-011"
                with leader.hold(5000), follower.hold(5000):
                    writer = threading.Thread(target=write)
                    writer.start()
                    writer.join(0.3)
                    released = time.monotonic()
                writer.join(20)
            assert done[0] >= released
            with second.prepare() as alone, alone.hold(5000):
                pass
    finally:
        run_sql(target, "DROP DATABASE other_store")


def open_and_stage(target: Target) -> None:
    session = open_session(target)
    try:
        session.run("SET SESSION lock_wait_timeout = 1")
        session.run("BACKUP STAGE START")
    finally:
        session.close()


def test_commits_that_cannot_be_stopped_in_time_are_not_called_held(target: Target) -> None:
    run_sql(target, "CREATE TABLE t (id int) ENGINE = MyISAM")
    session = open_session(target)
    try:
        with opened(target) as client, ENGINE.require(FENCE, client).prepare() as fence:
            session.run("LOCK TABLES t WRITE")
            began = time.monotonic()
            with pytest.raises(RefusedError) as caught, fence.hold(50):
                pass
            assert time.monotonic() - began < 10
        assert caught.value.code == "SW-BACKUP-011"
    finally:
        session.close()
    run_sql(target, "INSERT INTO t VALUES (1)")


def test_no_session_is_left(target: Target) -> None:
    sessions = "SELECT count(*) FROM information_schema.processlist WHERE command <> 'Daemon'"
    before = ask(target, sessions)
    with (
        opened(target) as client,
        ENGINE.require(FENCE, client).prepare() as fence,
        fence.hold(5000),
    ):
        pass
    wait_until(lambda: ask(target, sessions) == before, "the end of the fence's sessions")
