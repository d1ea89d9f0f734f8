"""Ctrl-C and SIGTERM: the work is cleaned up, once, whatever else comes."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from interfaces.cli.command import Command

CODES = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]


@pytest.mark.parametrize(("number", "code"), CODES, ids=str)
def test_a_signal_cleans_up_and_gives_its_exit_code(
    fake: Command, number: signal.Signals, code: int
) -> None:
    with fake.start("fake", "block", stdin=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.stdout.readline() == "cleaning\n"
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.wait() == code
        said = process.stderr.read()
    assert "SW-CLI-009" in said
    assert "Traceback" not in said
    assert (fake.folder / "cleaned").exists()


def test_more_signals_do_not_break_off_the_clean_up(fake: Command) -> None:
    with fake.start("fake", "block", stdin=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "cleaning\n"
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGINT):
            process.send_signal(number)
            assert "stopping already" in process.stderr.readline()
        assert not (fake.folder / "cleaned").exists()
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.wait() == 130
    assert (fake.folder / "cleaned").exists()


def test_a_worker_thread_ends_at_its_next_report_of_progress(fake: Command) -> None:
    with fake.start("fake", "block-in-thread") as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
    assert (fake.folder / "cleaned").exists()


def test_clearing_up_after_a_workers_end_is_not_broken_off(fake: Command) -> None:
    with fake.start("fake", "block-in-join") as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
    assert (fake.folder / "cleaned").exists()


def test_a_signal_where_python_raises_nothing_is_not_lost(fake: Command) -> None:
    with fake.start("fake", "block-in-del") as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
        assert "Traceback" not in process.stderr.read()
    assert (fake.folder / "cleaned").exists()


# What the command imports first meets a signal while an object is forgotten, as weak references do.
EARLY = """
import os, signal, sys, types
class Last:
    def __del__(self):
        os.kill(os.getpid(), signal.{name})
        for _ in range(1000):
            pass
app = types.ModuleType("app")
app.run = lambda arguments: (Last(), 0)[1]
sys.modules["seawall.interfaces.cli.app"] = app
sys.argv = ["seawall", "status"]
from seawall.__main__ import main
main()
"""


@pytest.mark.parametrize(("number", "code"), CODES[:2], ids=str)
def test_a_signal_before_anything_was_begun_ends_at_once(number: signal.Signals, code: int) -> None:
    script = EARLY.format(name=number.name)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (code, "")


def test_a_process_that_is_just_being_started_is_not_lost(fake: Command) -> None:
    with fake.start("fake", "block-in-start", stdin=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.wait() == 130
    assert (fake.folder / "cleaned").exists()


def test_a_signal_that_was_ignored_from_outside_stays_ignored(fake: Command) -> None:
    def ignore() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    with fake.start("fake", "block", stdin=subprocess.PIPE, preexec_fn=ignore) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
        assert process.stdout.readline() == "cleaning\n"
        process.stdin.close()
        assert process.wait() == 143


def test_a_program_that_asked_for_json_gets_the_interruption_as_json(fake: Command) -> None:
    with fake.start("fake", "block-in-thread", "-o", "jsonl") as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        assert '"exit_code": 143' in process.stdout.readline()
        assert process.wait() == 143


def test_ctrl_c_on_a_terminal_ends_a_question(fake: Command) -> None:
    with fake.on_terminal("fake", "confirm") as terminal:
        terminal.wait_for("Type `shop` to destroy it: ")
        terminal.type("\x03")
        assert terminal.end() == 130
    assert "SW-CLI-009" in terminal.seen
