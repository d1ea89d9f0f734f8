"""`demo` in its own folder: whatever ends it, nothing of it stays, so the next one is a first."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import pytest

from interfaces.cli.command import SECONDS, Command, bare_environment
from interfaces.cli.story import processes_in
from scenarios.interruptions import MOMENTS, break_off, seeded
from servers.real import temporary_home

pytestmark = pytest.mark.timeout(400)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=str)
def test_a_demo_that_is_ended_leaves_no_server_no_folder_and_no_key(
    seawall: Command, number: signal.Signals
) -> None:
    shared = Path(seawall.environ["SEAWALL_HOME"])
    with seawall.start("demo") as process:
        assert process.stderr
        while "loading" not in (line := process.stderr.readline()):
            assert line
        assert processes_in(shared)
        process.send_signal(number)
        process.wait()
    wait_until_nothing_stays(seawall.environ)


@pytest.fixture(scope="module")
def length() -> float:
    """How many seconds a demo takes that nobody disturbs."""
    with temporary_home() as folder:
        began = time.monotonic()
        done = Command(folder, bare_environment(folder)).run("demo")
        assert done.code == 0, done.err
        return time.monotonic() - began


@pytest.mark.slow
@pytest.mark.parametrize("moment", range(MOMENTS))
def test_broken_off_at_any_moment_it_leaves_nothing(
    seawall: Command, length: float, moment: int
) -> None:
    number = (signal.SIGINT, signal.SIGKILL)[moment % 2]
    after = seeded("demo", moment, length)
    ended = break_off(("demo",), seawall.folder, seawall.environ, number, after)
    assert ended.code in {0, 128 + number, -number}, ended.err
    assert "Traceback" not in ended.err
    wait_until_nothing_stays(seawall.environ)


def wait_until_nothing_stays(environ: dict[str, str]) -> None:
    shared = Path(environ["SEAWALL_HOME"])
    deadline = time.monotonic() + SECONDS
    pause = threading.Event()
    # After a kill -9 the keeper clears up on its own.
    while processes_in(shared) or any((shared / "leases").glob("*")):
        assert time.monotonic() < deadline, processes_in(shared)
        pause.wait(0.1)
    assert not (Path(environ["HOME"]) / ".config").exists()
