"""Ctrl-C and its relatives: the first one stops the work in order, later ones change nothing."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from seawall.interfaces.cli.waker import wake_for_signals

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
AGAIN_SECONDS: Final = 0.01
# Code that must not be broken off half way: the thread or process that Python has begun would be
# known to nobody, folders would stay, and a tier would be restored in part.
WHOLE: Final = frozenset(
    {
        ("threading", "start"),
        ("threading", "join"),
        ("concurrent.futures.thread", "submit"),
        ("subprocess", "__init__"),
        ("seawall.servers.leases", "sweep"),
        ("seawall.operations.restore", "_put_in_place"),
    }
)


class InterruptedBySignal(KeyboardInterrupt):
    """The user or the system wants the work to stop: a KeyboardInterrupt, as drivers know it.

    Args:
        number: Of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def exit_code(self) -> int:
        """As shells count a process that a signal ended."""
        return 128 + self.number


class Stop:
    """Whether the work is to stop.

    Attributes:
        number: Of the first signal; 0 before it.
        is_raised: Whether the main thread has been told.
        is_over: Whether the work has ended, so that there is nothing left to stop.
    """

    def __init__(self) -> None:
        self.number = 0
        self.is_raised = False
        self.is_over = False

    def raise_in_thread(self) -> None:
        """End a worker thread that reports progress after a signal.

        Raises:
            InterruptedBySignal: In any thread but the main one, which is told by itself.
        """
        if self.number and threading.current_thread() is not threading.main_thread():
            raise InterruptedBySignal(self.number)

    def notice_swallowed(self, unraisable: sys.UnraisableHookArgs) -> None:
        """Raise again what came up where Python raises nothing, as in `__del__`; no other is told."""
        if isinstance(unraisable.exc_value, InterruptedBySignal):
            self.is_raised = False
            signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)

    def handle(self, number: int, frame: FrameType | None) -> None:
        """Take a signal, in the main thread.

        Raises:
            InterruptedBySignal: For the first one, as soon as nothing is broken off half way.
        """
        if self.is_over or (number == signal.SIGALRM and not self.number):
            return
        if self.number and number != signal.SIGALRM:
            _say("seawall: stopping already; what was started is being ended\n")
            return
        if not self.number:
            self.number = number
        if self.is_raised or _is_unwinding():
            return
        if _is_within(frame):
            signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
            return
        self.is_raised = True
        raise InterruptedBySignal(self.number)


@contextmanager
def watch_signals() -> Generator[Stop]:
    """Raise InterruptedBySignal in the main thread on the first signal.

    Context managers on the way out end servers and remove folders; a second signal must not break
    that off, so it is only answered with a line. A signal that was ignored from outside (`nohup`,
    a shell's background job) stays ignored. After the context every signal is: what is left is to
    exit.
    """
    stop = Stop()
    watched = [each for each in SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]
    for each in (signal.SIGALRM, *watched):
        signal.signal(each, stop.handle)
    sys.unraisablehook = stop.notice_swallowed
    try:
        with wake_for_signals():
            yield stop
    finally:
        for each in (signal.SIGALRM, *watched):
            signal.signal(each, signal.SIG_IGN)


def _is_within(frame: FrameType | None) -> bool:
    """Whether the main thread is in code that must not be broken off."""
    while frame:
        if (frame.f_globals.get("__name__"), frame.f_code.co_name) in WHOLE:
            return True
        frame = frame.f_back
    return False


def _is_unwinding() -> bool:
    """Whether the main thread is clearing up after a signal that a worker has told it of."""
    error = sys.exc_info()[1]
    while error:
        if isinstance(error, InterruptedBySignal):
            return True
        error = error.__context__
    return False


def _say(line: str) -> None:
    """Write from within a signal handler: past the stream, which may be busy with a line or gone."""
    try:
        os.write(sys.stderr.fileno(), line.encode())
    except (AttributeError, OSError, ValueError):
        return
