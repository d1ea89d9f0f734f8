"""Ctrl-C and its relatives: the first one stops the work in order, later ones change nothing."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class InterruptedBySignal(KeyboardInterrupt):
    """The user or the system wants the work to stop.

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
        is_over: Whether the work has ended, so that there is nothing left to stop.
    """

    def __init__(self) -> None:
        self.number = 0
        self.is_over = False

    def raise_in_thread(self) -> None:
        """End a worker thread that reports progress after a signal.

        Raises:
            InterruptedBySignal: In any thread but the main one, which has been told already.
        """
        if self.number and threading.current_thread() is not threading.main_thread():
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

    def handle(number: int, _frame: FrameType | None) -> None:
        if stop.is_over:
            return
        if stop.number:
            _say("seawall: stopping already; what was started is being ended\n")
            return
        stop.number = number
        raise InterruptedBySignal(number)

    watched = [each for each in SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]
    for each in watched:
        signal.signal(each, handle)
    try:
        yield stop
    finally:
        for each in watched:
            signal.signal(each, signal.SIG_IGN)


def _say(line: str) -> None:
    """Write from within a signal handler, where the stream may be locked or gone."""
    try:
        sys.stderr.write(line)
        sys.stderr.flush()
    except (AttributeError, OSError, RuntimeError, ValueError):
        return
