"""A leased folder vanishes with its owner, however the owner ends."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
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
