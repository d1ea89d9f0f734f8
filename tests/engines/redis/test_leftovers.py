"""Nothing is left behind: no process, folder, connected replica or pause, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from engines.redis.lab import Lab, Pieces, Taken
from seawall.capabilities.backup import Sink
from seawall.engines.redis.stream_backup import METHOD
from seawall.errors import RefusedError, UnreachableError
from seawall.model.artifact import Artifact, Role
from seawall.model.fingerprint import Fingerprint
from seawall.servers import processes
from servers.waiting import wait_until


def wait_until_clean(lab: Lab) -> None:
    wait_until(lambda: lab.find_leftovers() == [], "nothing is left behind")


def go_to_the_cut(lab: Lab, sink: Sink, before_cut: Callable[[], object] = lambda: None) -> None:
    with lab.session() as session:
        session.copy_base(sink)
        with session.prepare() as attempt:
            before_cut()
            attempt.take()
            cut = attempt.settle()
            assert cut
            session.copy_to(cut, sink)


def test_a_backup_that_succeeded_leaves_nothing(lab: Lab) -> None:
    lab.run(("SET", "session:1", "x"))
    lab.back_up()
    wait_until_clean(lab)


def test_a_sink_that_fails_in_the_middle_of_the_base_leaves_nothing(lab: Lab) -> None:
    with lab.client.wire() as wire:
        wire.pipeline([("SET", f"session:{n}", "x" * 10_000) for n in range(500)])

    class FullSink:
        def write(self, name: str, role: Role, chunks: Iterable[bytes]) -> Artifact:
            for _ in chunks:
                raise OSError("no space left")
            raise AssertionError(name, role)

    with pytest.raises(OSError, match="no space left"):
        go_to_the_cut(lab, FullSink())
    wait_until_clean(lab)


def test_an_error_between_the_steps_leaves_nothing(lab: Lab) -> None:
    def interrupt() -> None:
        with lab.session() as session:
            session.copy_base(Pieces())
            with session.prepare() as attempt:
                attempt.take()
                raise RuntimeError("between")

    with pytest.raises(RuntimeError, match="between"):
        interrupt()
    wait_until_clean(lab)


def test_an_error_inside_the_view_leaves_nothing(lab: Lab) -> None:
    def interrupt() -> None:
        with lab.session() as session:
            session.copy_base(Pieces())
            with session.prepare() as attempt:
                attempt.take()
                assert attempt.settle()
                with attempt.view():
                    raise RuntimeError("inside")

    with pytest.raises(RuntimeError, match="inside"):
        interrupt()
    wait_until_clean(lab)


def test_a_recorder_that_the_server_ended_is_an_error_and_leaves_nothing(lab: Lab) -> None:
    def end_replicas() -> None:
        lab.run(("CLIENT", "KILL", "TYPE", "replica"), ("SET", "session:late", "x"))

    with pytest.raises(UnreachableError) as caught:
        go_to_the_cut(lab, Pieces(), end_replicas)
    assert caught.value.code == "SW-REDIS-005"
    wait_until_clean(lab)


def test_a_source_that_dies_in_the_middle_is_an_error_and_leaves_nothing(lab: Lab) -> None:
    def interrupt() -> None:
        with lab.session() as session:
            session.copy_base(Pieces())
            lab.server.stop()
            with session.prepare() as attempt:
                attempt.take()
                attempt.settle()

    try:
        with pytest.raises(UnreachableError):
            interrupt()
    finally:
        lab.server.up()
    wait_until_clean(lab)


def test_a_restarted_source_is_noticed_by_its_new_history(lab: Lab) -> None:
    with lab.session() as session:
        session.copy_base(Pieces())
        lab.server.stop()
        lab.server.up()
        with session.prepare() as attempt:
            attempt.take()
            with pytest.raises(UnreachableError, match="SW-REDIS-005"):
                attempt.settle()
    wait_until_clean(lab)


@pytest.mark.streamed
def test_a_view_can_be_read_once_and_says_so(lab: Lab) -> None:
    with lab.session() as session:
        session.copy_base(Pieces())
        with session.prepare() as attempt:
            attempt.take()
            assert attempt.settle()
            with attempt.view():
                pass
            with pytest.raises(RefusedError, match="SW-BACKUP-010"), attempt.view():
                pass


@pytest.mark.streamed
def test_a_lost_private_replica_costs_the_view_and_not_the_backup(lab: Lab) -> None:
    lab.run(("SET", "session:1", "x"))
    pieces = Pieces()
    with lab.session() as session:
        session.copy_base(pieces)
        with session.prepare() as attempt:
            attempt.take()
            cut = attempt.settle()
            assert cut
            for process in processes.inside(lab.home / "leases"):
                if "keeper" not in " ".join(process.cmdline()):
                    processes.kill_tree(process)
            session.copy_to(cut, pieces)
            with pytest.raises(RefusedError, match="SW-BACKUP-010"), attempt.view():
                pass
        details = session.details()
    with lab.restored(Taken(pieces, cut, details, Fingerprint("", "", ()), METHOD)) as copy:
        assert copy.call("GET", "session:1") == b"x"
    wait_until_clean(lab)


PROGRAM = """
import sys
from pathlib import Path
from engines.redis.lab import Lab, Pieces, find_kinds
lab = Lab(find_kinds()[sys.argv[1]], Path(sys.argv[2]))
with lab.session() as session:
    session.copy_base(Pieces())
    with session.prepare() as attempt:
        attempt.take()
        attempt.settle()
        print("ready", flush=True)
        sys.stdin.read()
"""


def test_a_backup_that_was_killed_leaves_no_process_and_no_replica(lab: Lab) -> None:
    """The lab's own home, so that the killed process finds the same source."""
    tests = Path(__file__).parents[2]
    killed = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, lab.kind.name, str(lab.home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(tests)},
    )
    assert killed.stdin
    assert killed.stdout
    assert killed.stdout.readline() == b"ready\n"
    assert "a replica" in lab.find_leftovers()
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    killed.stdin.close()
    killed.stdout.close()
    for scratch in (lab.home / "scratch").iterdir():
        for each in scratch.iterdir():
            each.unlink()
        scratch.rmdir()
    wait_until_clean(lab)
