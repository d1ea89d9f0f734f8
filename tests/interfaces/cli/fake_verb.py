"""A verb for tests: does what its argument says, through everything that real verbs go through."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import click

from seawall.errors import RefusedError, SeawallError
from seawall.interfaces.cli.asking import agree_or_refuse, confirm_name
from seawall.interfaces.cli.call import Call
from seawall.interfaces.cli.table import Table
from seawall.interfaces.cli.verb import verb
from seawall.interfaces.cli.verbs import VERBS
from seawall.model.secret import Secret

CANARY = "CANARY-7d1f9a"


@dataclass(frozen=True)
class FakeAnswer:
    rows: tuple[str, ...]


@verb("fake", answer=FakeAnswer, examples=("seawall fake answer",))
@click.argument("act")
def command(call: Call, act: str) -> int:
    """Do what a test wants."""
    return ACTS[act](call)


def _answer(call: Call) -> int:
    call.answer(FakeAnswer(("a", "b")), Table(("name", ">size"), [("a", "1"), ("b", "22")]))
    return 0


def _finding(call: Call) -> int:
    _answer(call)
    return 1


def _long(call: Call) -> int:
    rows = tuple(f"row {number}" for number in range(200_000))
    call.answer(FakeAnswer(rows), "\n".join(rows))
    Path("after").touch()
    return 0


def _talk(call: Call) -> int:
    with call.progress() as progress:
        for number in range(20_000):
            progress.step(f"step {number}")
    Path("after").touch()
    return 0


def _hostile(call: Call) -> int:
    with call.progress() as progress:
        progress.step("\x1b]0;owned\x07step")
    text = "\x1b[2Jwiped\nsecond"
    call.answer(FakeAnswer((text, "\udcff")), Table(("name",), [(text,), ("[red]x[/red]",)]))
    return 0


def _refuse(call: Call) -> int:
    del call
    raise RefusedError("SW-TIER-001", attempted="do it", happened="it is busy.", hint="Wait.")


def _answer_and_refuse(call: Call) -> int:
    _answer(call)
    return _refuse(call)


def _leak(call: Call) -> int:
    del call
    secret = Secret(CANARY)
    raise SeawallError(
        "SW-SERVER-007",
        attempted=f"log in as me:{secret.reveal()}",
        happened=f"postgres://me:{secret.reveal()}@h/x said {secret.reveal()}.",
        hint=f"Not {secret.reveal()}.",
    )


def _bug(call: Call) -> int:
    del call
    secret = Secret(CANARY)
    raise ZeroDivisionError(f"with {secret.reveal()} and postgres://u:{CANARY}-2@h/d")


def _dying_thread(call: Call) -> int:
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    return _answer(call)


def _disk_full(call: Call) -> int:
    del call
    with Path("/dev/full").open("w") as file:
        file.write("x")
    return 0


def _confirm(call: Call) -> int:
    confirm_name(call, "destroy it", "shop", "")
    return _answer(call)


def _agree(call: Call) -> int:
    with call.progress() as progress:
        progress.step("building")
        agree_or_refuse(call, "go on", "Go on?")
        progress.step("going on")
    return _answer(call)


def _say(word: str) -> None:
    """Tell the test, past the screen."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


@contextmanager
def _cleaned_up() -> Generator[None]:
    """Clean-up that takes until the test lets it end."""
    try:
        yield
    finally:
        _say("cleaning")
        sys.stdin.readline()
        Path("cleaned").touch()


def _block(call: Call) -> int:
    del call
    with _cleaned_up():
        _say("ready")
        threading.Event().wait()
    return 0


def _block_in_thread(call: Call) -> int:
    """A worker that reports progress for ever, as copying a large store does."""
    with call.progress() as progress:

        def copy() -> None:
            try:
                number = 0
                while True:
                    number += 1
                    progress.advance("store", number)
            finally:
                Path("cleaned").touch()

        with ThreadPoolExecutor(1) as threads:
            copying = threads.submit(copy)
            _say("ready")
            wait([copying])
    return 0


def _block_in_join(call: Call) -> int:
    """The main thread cannot be told of a signal while it joins; the worker ends by it first."""
    with call.progress() as progress:

        def copy() -> None:
            _say("ready")
            for number in count():
                progress.advance("store", number)

        threads = ThreadPoolExecutor(1)
        copying = threads.submit(copy)
        try:
            threads.shutdown()
            copying.result()
        finally:
            # The reminder of the signal comes now, while the end is being cleared up after.
            signal.raise_signal(signal.SIGALRM)
            Path("cleaned").touch()
    return 0


def _block_in_start(call: Call) -> int:
    """A process whose start takes until the test lets it: it is known to nobody before."""

    def hold() -> None:
        os.write(1, b"ready\n")
        os.read(0, 1)

    del call
    with subprocess.Popen(["/bin/sleep", "1000"], preexec_fn=hold) as process:  # noqa: PLW1509
        try:
            process.wait()
        finally:
            process.kill()
            Path("cleaned").touch()
    return 0


class _Last:
    """Whatever comes up while it is forgotten, Python only prints."""

    def __del__(self) -> None:
        _say("ready")
        threading.Event().wait()


def _block_in_del(call: Call) -> int:
    del call
    try:
        last = _Last()
        del last
        threading.Event().wait()
    finally:
        Path("cleaned").touch()
    return 0


ACTS: dict[str, Callable[[Call], int]] = {
    "answer": _answer,
    "finding": _finding,
    "long": _long,
    "talk": _talk,
    "hostile": _hostile,
    "refuse": _refuse,
    "answer-and-refuse": _answer_and_refuse,
    "leak": _leak,
    "bug": _bug,
    "dying-thread": _dying_thread,
    "disk-full": _disk_full,
    "confirm": _confirm,
    "agree": _agree,
    "block": _block,
    "block-in-del": _block_in_del,
    "block-in-join": _block_in_join,
    "block-in-start": _block_in_start,
    "block-in-thread": _block_in_thread,
}

if __name__ == "__main__":
    # Imported by its name as well: the group loads verbs so.
    sys.path.insert(0, str(Path(__file__).parent))
    VERBS["fake"] = ("fake_verb", "Do what a test wants.")
    from seawall.__main__ import main

    main()
