"""A backup leaves nothing on the server and nothing running here, however it ends."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import psutil
import pytest

from engines.postgres.harness import METHODS, ask, back_up, backing_up, opened, restored, run_sql
from seawall.engines.postgres import base_backup
from seawall.errors import SeawallError
from seawall.model.artifact import Artifact, Role
from seawall.model.target import Target
from seawall.servers import processes
from seawall.servers.local import LocalServer
from seawall.servers.sandboxes import Sandboxes
from servers.folder import FolderSink
from servers.real import kill
from servers.waiting import wait_until

LEFT = """
SELECT (SELECT count(*) FROM pg_replication_slots)
     + (SELECT count(*) FROM pg_stat_replication)
     + (SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'seawall%'
           OR application_name LIKE 'pg_%')
     + (SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
         WHERE l.pid <> pg_backend_pid() AND l.locktype = 'relation')
"""


@pytest.fixture(scope="module", autouse=True)
def _filled(target: Target) -> None:
    run_sql(
        target,
        "CREATE TABLE filled AS SELECT n AS id, repeat('x', 200) FROM generate_series(1, 100000) n",
    )


class BrokenSink:
    """Takes one chunk, then fails."""

    def write(self, name: str, role: Role, chunks: Iterable[bytes]) -> Artifact:
        del name, role
        next(iter(chunks))
        msg = "no space left"
        raise OSError(msg)


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # it has just ended
        return ""


class LookingSink(FolderSink):
    """Looks at the process list while a program runs."""

    commands: list[str]

    def write(self, name: str, role: Role, chunks: Iterable[bytes]) -> Artifact:
        me = psutil.Process()

        def watched() -> Iterable[bytes]:
            for chunk in chunks:
                self.commands += [_command(each) for each in me.children()]
                yield chunk

        return super().write(name, role, watched())


def assert_nothing_left(target: Target, scratch: Path) -> None:
    wait_until(lambda: ask(target, LEFT) == 0, "nothing left on the server")
    assert [each.name() for each in processes.inside(scratch)] == []
    assert [
        each.name() for each in psutil.Process().children() if each.name().startswith("pg_")
    ] == []


@METHODS
def test_after_a_backup(target: Target, sandboxes: Sandboxes, tmp_path: Path, method: str) -> None:
    back_up(target, sandboxes, tmp_path, method)
    assert_nothing_left(target, tmp_path)


@METHODS
def test_after_a_sink_that_failed_in_the_middle(
    target: Target, sandboxes: Sandboxes, tmp_path: Path, method: str
) -> None:
    def back_up_into_a_full_disk() -> None:
        with backing_up(target, sandboxes, method, tmp_path) as session:
            session.copy_base(BrokenSink())
            with session.prepare() as attempt:
                attempt.take()
                cut = attempt.settle()
                assert cut
                session.copy_to(cut, BrokenSink())

    with pytest.raises(OSError, match="no space left"):
        back_up_into_a_full_disk()
    assert_nothing_left(target, tmp_path)


@METHODS
def test_after_an_error_inside_the_cut(
    target: Target, sandboxes: Sandboxes, tmp_path: Path, method: str
) -> None:
    def fail_inside() -> None:
        with backing_up(target, sandboxes, method, tmp_path / "scratch") as session:
            session.copy_base(FolderSink(tmp_path))
            with session.prepare() as attempt:
                attempt.take()
                raise KeyError

    (tmp_path / "scratch").mkdir()
    with pytest.raises(KeyError):
        fail_inside()
    assert_nothing_left(target, tmp_path)


def test_the_password_is_in_no_process_list(
    target: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    sink = LookingSink(tmp_path)
    sink.commands = []
    (tmp_path / "scratch").mkdir()
    with backing_up(target, sandboxes, base_backup.METHOD, tmp_path / "scratch") as session:
        session.copy_base(sink)
    secret = target.location.password.reveal()
    assert any("pg_basebackup" in command for command in sink.commands)
    assert not any(secret in command for command in sink.commands)


def test_a_server_killed_in_mid_backup_is_an_error_and_nothing_runs_on(
    server: LocalServer, target: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    class KillingSink:
        def write(self, name: str, role: Role, chunks: Iterable[bytes]) -> Artifact:
            del name, role
            for number, _ in enumerate(chunks):
                if number == 0:
                    kill(server)
            raise AssertionError

    def copy() -> None:
        with backing_up(target, sandboxes, base_backup.METHOD, tmp_path) as session:
            session.copy_base(KillingSink())

    with pytest.raises(SeawallError) as caught:
        copy()
    assert caught.value.code in {"SW-CONNECT-001", "SW-POSTGRES-007"}
    assert [each.name() for each in processes.inside(tmp_path)] == []
    server.up()
    with opened(target) as client:
        assert client.session.value("SELECT count(*) FROM public.filled") == 100000
    assert_nothing_left(target, tmp_path)


def test_a_sandbox_leaves_no_shared_memory(
    target: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    taken = back_up(target, sandboxes, tmp_path, base_backup.METHOD)
    before, seen = _shared_memory(), set[tuple[int, int]]()
    for _ in range(3):
        with restored(sandboxes, taken) as copy:
            lock: str = ask(copy, "SELECT pg_read_file('postmaster.pid')")
            server = int(lock.splitlines()[0])
            of_server = {each for each in _shared_memory() - before if each[1] == server}
            assert of_server
            seen |= of_server
    assert not seen & _shared_memory()


def _shared_memory() -> set[tuple[int, int]]:
    """(id, maker) of each segment of the system's shared memory.

    Makers alone would not do: what a killed server made outlives it, and its number comes again.
    """
    lines = [line.split() for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]]
    return {(int(words[1]), int(words[4])) for words in lines}
