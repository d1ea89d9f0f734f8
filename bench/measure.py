"""Interleaved timing: ours, theirs, theirs, ours, and the ratio of the medians."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass


@dataclass(frozen=True)
class Compared:
    """Two ways of doing the same, in seconds.

    Attributes:
        what: The work.
        ours: One figure a run.
        theirs: One figure a run.
        goal: The ratio that must be reached.
    """

    what: str
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    goal: float

    @property
    def ratio(self) -> float:
        """Median of ours over median of theirs."""
        return statistics.median(self.ours) / statistics.median(self.theirs)

    def line(self) -> str:
        """One row of the table."""
        return (
            f"{self.what:42} ours {statistics.median(self.ours):7.2f} s"
            f" ({min(self.ours):.2f}-{max(self.ours):.2f})"
            f"  peer {statistics.median(self.theirs):7.2f} s"
            f" ({min(self.theirs):.2f}-{max(self.theirs):.2f})"
            f"  ratio {self.ratio:.2f}  goal {self.goal:.2f}"
        )


Act = Callable[[ExitStack], object]
"""What is timed. What it puts on the stack is cleared away afterwards, outside of the time."""


def compare(what: str, ours: Act, theirs: Act, goal: float, runs: int = 6) -> Compared:
    """Run both in turn, after one warm-up of each.

    Each goes first as often as the other, and begins when the disk has written what came before:
    whoever comes second finds memory as the first one left it.
    """
    seconds: dict[str, list[float]] = {"ours": [], "theirs": []}
    acts = [("ours", ours), ("theirs", theirs)]
    for turn in range(runs + 1):
        acts.reverse()
        for name, act in acts:
            with ExitStack() as afterwards:
                os.sync()
                began = time.perf_counter()
                act(afterwards)
                took = time.perf_counter() - began
            if turn:
                seconds[name].append(took)
    return Compared(what, tuple(seconds["ours"]), tuple(seconds["theirs"]), goal)


def percentile(values: list[float], share: float) -> float:
    """The value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
