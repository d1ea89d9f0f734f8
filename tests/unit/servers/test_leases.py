"""A leased folder vanishes with its owner, however the owner ends."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import pytest

from seawall.servers import processes
from seawall.servers.leases import LEASES, lease, owner_note, reap

SLEEP = "/bin/sleep"
OWNER = textwrap.dedent(
    """
    import subprocess, sys
    from pathlib import Path
    from seawall.servers.leases import lease
    with lease(Path(sys.argv[1]), "test") as folder:
        child = subprocess.Popen(["/bin/sleep", "600"], cwd=folder, start_new_session=True)
        print(folder, child.pid, flush=True)
        sys.stdin.read()
    """
)


def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for a condition, with a bound."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        os.sched_yield()


def test_a_lease_ends_with_its_context(tmp_path: Path) -> None:
    with lease(tmp_path, "test") as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        child = subprocess.Popen([SLEEP, "600"], cwd=folder)
    assert child.wait(10) is not None
    assert list((tmp_path / LEASES).iterdir()) == []


def test_kill_9_of_the_owner_ends_its_processes_and_folder(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as owner:
        assert owner.stdout
        folder, child = owner.stdout.readline().split()
        owner.kill()
    until(lambda: not psutil.pid_exists(int(child)) and not Path(folder).exists())
    until(lambda: list((tmp_path / LEASES).iterdir()) == [])


def test_what_owner_and_keeper_left_is_reaped_by_the_next_run(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as owner:
        assert owner.stdout
        folder, child = owner.stdout.readline().split()
        for keeper in psutil.Process(owner.pid).children():
            if keeper.pid != int(child):
                keeper.kill()
        assert reap(tmp_path) == ()
        owner.kill()
    assert reap(tmp_path) == (Path(folder).name,)
    until(lambda: not psutil.pid_exists(int(child)))
    assert not Path(folder).exists()
    assert not owner_note(Path(folder)).exists()


def test_a_number_that_another_process_has_now_is_not_believed() -> None:
    mine = processes.identify(os.getpid())
    assert processes.find(mine) is not None
    assert processes.find(processes.ProcessId(mine.pid, mine.started - 100)) is None


@pytest.mark.parametrize("word", ["/tmp/a/b", "/tmp/a"])  # noqa: S108 - names, not files
def test_a_folder_is_not_mistaken_for_one_with_a_longer_name(word: str) -> None:
    with subprocess.Popen([SLEEP, "600"], cwd="/") as child:
        try:
            assert child.pid not in [each.pid for each in processes.inside(Path(word))]
        finally:
            child.kill()


@contextmanager
def crowd(folder: Path) -> Generator[list[subprocess.Popen[bytes]]]:
    """Processes that work in a folder."""
    children = [subprocess.Popen([SLEEP, "600"], cwd=folder) for _ in range(3)]
    try:
        yield children
    finally:
        for child in children:
            child.kill()
            child.wait()


@pytest.mark.parametrize("call", ["cwd", "cmdline", "children", "kill", "status", "create_time"])
def test_a_process_that_vanishes_meanwhile_keeps_nothing_from_being_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    original = getattr(psutil.Process, call)
    with ExitStack() as crowded:
        with lease(tmp_path, "test") as folder:
            children = crowded.enter_context(crowd(folder))

            def look(process: psutil.Process, *words: object, **named: object) -> object:
                if process.pid == children[0].pid:
                    children[0].kill()
                    children[0].wait()
                    # What /proc says when a process's folder is still there, its files are not.
                    raise FileNotFoundError(f"/proc/{process.pid}/{call}")
                return original(process, *words, **named)

            monkeypatch.setattr(psutil.Process, call, look)
        monkeypatch.undo()
        assert not folder.exists()
        assert not [child.pid for child in children if psutil.pid_exists(child.pid)]


def test_the_oldest_process_of_a_folder_is_found_while_others_vanish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = psutil.Process.create_time
    with crowd(tmp_path) as children:

        def look(process: psutil.Process) -> float:
            if process.pid == children[0].pid:
                raise psutil.NoSuchProcess(process.pid)
            return original(process)

        monkeypatch.setattr(psutil.Process, "create_time", look)
        oldest = processes.oldest_inside(tmp_path)
        assert oldest
        assert oldest.pid == children[1].pid
    assert processes.oldest_inside(tmp_path) is None
