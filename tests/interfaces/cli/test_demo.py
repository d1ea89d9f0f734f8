"""`demo` in its own folder: whatever ends it, nothing of it stays."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import pytest

from interfaces.cli.command import SECONDS, Command
from interfaces.cli.story import processes_in

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
    deadline = time.monotonic() + SECONDS
    pause = threading.Event()
    # After a kill -9 the keeper clears up on its own.
    while processes_in(shared) or any((shared / "leases").iterdir()):
        assert time.monotonic() < deadline, processes_in(shared)
        pause.wait(0.1)
    assert not (Path(seawall.environ["HOME"]) / ".config").exists()
