"""A signal that comes just before the main thread begins to wait would not be seen: wake it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

POKES: Final = 3
POKE_SECONDS: Final = 0.05


@contextmanager
def wake_for_signals() -> Generator[None]:
    """Poke the main thread with SIGALRM after each signal, for as long as the context lasts.

    Python runs a signal's handler between two of its own steps. When the signal comes after the
    last step before a system call that waits, nothing runs until that call returns; another signal
    during the call makes it return. https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    over = threading.Event()
    before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    waker = threading.Thread(target=_wake, args=(reader, over), name="waker", daemon=True)
    waker.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        over.set()
        os.close(writer)
        waker.join()
        os.close(reader)


def _wake(reader: int, over: threading.Event) -> None:
    main = threading.main_thread().ident or 0
    while number := os.read(reader, 1):
        if number[0] == signal.SIGALRM:
            continue
        for _ in range(POKES):
            if over.wait(POKE_SECONDS):
                return
            signal.pthread_kill(main, signal.SIGALRM)
