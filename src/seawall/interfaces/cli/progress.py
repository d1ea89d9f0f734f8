"""Progress of long work: a live line on a terminal, otherwise plain lines that a log can hold."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol

from seawall.interfaces.cli.interrupts import Stop
from seawall.interfaces.cli.screen import Screen
from seawall.interfaces.report.quantities import size
from seawall.interfaces.report.shown import show_sentence
from seawall.model.progress import Progress

if TYPE_CHECKING:
    from rich.progress import TaskID

BYTES_EVERY_SECONDS = 10.0


class ShownProgress(Progress, Protocol):
    """Progress that can make room for a question."""

    def pause(self) -> None:
        """Draw nothing from here."""
        ...

    def resume(self) -> None:
        """Draw again."""
        ...


@contextmanager
def show_progress(screen: Screen, stop: Stop) -> Generator[ShownProgress]:
    """Show what long work tells, for as long as the context lasts."""
    shown = LiveProgress(screen, stop) if screen.draws_err else PlainProgress(screen, stop)
    shown.resume()
    try:
        yield shown
    finally:
        shown.pause()


class PlainProgress:
    """One line per step, and every ten seconds one with the bytes so far."""

    def __init__(
        self, screen: Screen, stop: Stop, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._screen = screen
        self._stop = stop
        self._clock = clock
        self._lock = threading.Lock()
        self._last_step = ""
        self._done: dict[str, int] = {}
        self._bytes_said = clock()

    def step(self, text: str) -> None:
        """Say that a step begins; the same one again is not said twice in a row."""
        self._stop.raise_in_thread()
        with self._lock:
            if text != self._last_step:
                self._last_step = text
                self._say(text)

    def advance(self, what: str, done_bytes: int) -> None:
        """Note how far `what` has come, and say so when the last such line is old enough."""
        self._stop.raise_in_thread()
        with self._lock:
            self._done[what] = done_bytes
            if self._clock() - self._bytes_said >= BYTES_EVERY_SECONDS:
                self._bytes_said = self._clock()
                self._say(
                    ", ".join(f"{name} {size(done)}" for name, done in sorted(self._done.items()))
                )
                self._done.clear()

    def pause(self) -> None:
        """Do nothing: a plain line is never drawn over."""

    def resume(self) -> None:
        """Do nothing."""

    def _say(self, text: str) -> None:
        self._screen.say(f"seawall: {show_sentence(text)}\n")


class LiveProgress:
    """Steps scroll by; below them a line for each thing whose bytes are counted."""

    def __init__(self, screen: Screen, stop: Stop) -> None:
        from rich.console import Console
        from rich.progress import Progress as Bars
        from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

        self._stop = stop
        self._lock = threading.Lock()
        self._tasks: dict[str, TaskID] = {}
        self._bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            TextColumn("{task.fields[done]}", markup=False),
            TimeElapsedColumn(),
            console=Console(file=screen.err, highlight=False, markup=False, emoji=False),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._working = self._bars.add_task("working", total=None, done="")

    def step(self, text: str) -> None:
        """Write the step above the live lines."""
        self._stop.raise_in_thread()
        from rich.text import Text

        with self._lock, suppress(OSError, ValueError):
            shown = show_sentence(text)
            self._bars.update(self._working, description=shown)
            self._bars.console.print(Text(f"seawall: {shown}", style="dim"), soft_wrap=True)

    def advance(self, what: str, done_bytes: int) -> None:
        """Update the line of `what`."""
        self._stop.raise_in_thread()
        with self._lock, suppress(OSError, ValueError):
            if what not in self._tasks:
                shown = show_sentence(what)
                self._tasks[what] = self._bars.add_task(shown, total=None, done="")
            self._bars.update(self._tasks[what], done=size(done_bytes))

    def pause(self) -> None:
        """Take the live lines off the terminal, and show its cursor."""
        with suppress(OSError, ValueError):
            self._bars.stop()

    def resume(self) -> None:
        """Draw the live lines."""
        with suppress(OSError, ValueError):
            self._bars.start()
