"""Waiting for what no call tells: with a bound, and without keeping a core busy."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

WAIT_SECONDS = 60.0


def wait_until(condition: Callable[[], object], what: str = "it") -> None:
    """Look again and again until a condition holds, with a bound."""
    deadline = time.monotonic() + WAIT_SECONDS
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come true in {WAIT_SECONDS} s"
        pause.wait(0.005)
