"""One thread per server: the same act on several stores at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Final, TypeVar

from seawall.repository.freed import free_at_once

# Two stores at once stay far below what the process may have.
CROWD: Final = 3
T = TypeVar("T")
R = TypeVar("R")


def together(things: Sequence[T], act: Callable[[T], R]) -> list[R]:
    """Do `act` for each thing in its own thread; results in order.

    Waits for all of them, then raises the first error: nothing is left running behind.
    """
    if not things:
        return []
    if len(things) >= CROWD:
        free_at_once()
    with ThreadPoolExecutor(len(things)) as threads:
        waiting = [threads.submit(act, thing) for thing in things]
        wait(waiting)
    return [each.result() for each in waiting]
