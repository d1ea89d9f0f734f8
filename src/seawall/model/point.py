"""One instant of the whole tier."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from seawall.model.position import Position


class Grade(Enum):
    """How exact a point is."""

    FENCED = "fenced"
    """Exact over all stores."""
    CERTIFIED = "certified"
    """Exact for one store alone."""
    MARKED = "marked"
    """Stores were cut one after another; the spread says within how many milliseconds."""
    TIMED = "timed"
    """By clock only."""


@dataclass(frozen=True)
class Cut:
    """Where one store was cut.

    Attributes:
        position: In the store's log: replay up to it, and not beyond.
        exact: True when the content read through the cut's view is what a restore to
            `position` holds.
        excluded: What of the store the cut does not cover, as (name, why) pairs.
    """

    position: Position
    exact: bool
    excluded: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Point:
    """One instant of the tier.

    Attributes:
        name: Unique within the repository.
        taken_at: UTC, ISO 8601 with microseconds: the middle of the hold.
        grade: Over all stores.
        hold_ms: How long held writers waited, 0.0 when none was held.
        spread_ms: Between the first and the last cut of stores that were not held.
        attempts: Holds taken until every cut was exact.
        positions: (store, position) pairs.
    """

    name: str
    taken_at: str
    grade: Grade
    hold_ms: float
    spread_ms: float
    attempts: int
    positions: tuple[tuple[str, Position], ...]
