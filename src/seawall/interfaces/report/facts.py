"""What a report states, in the order it states it, as texts that are safe to lay out.

Every text here is visible and bounded; each form only escapes it for its own syntax.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from seawall.model.drill import State, Verdict


class Standing(Enum):
    """How a measure stands against what was asked of it."""

    MET = "met"
    MISSED = "missed"
    UNPROVEN = "unproven"
    UNASKED = "unasked"


class LinkState(Enum):
    """What a link is after a restore; the values are what a reader is told."""

    HOLDS = "holds"
    BROKEN_BEFORE = "was already broken at the source"
    BROKEN_BY_RESTORE = "broken by the restore"
    UNKNOWN = "broken, not known since when"


@dataclass(frozen=True)
class Measure:
    """One of the numbers that matter.

    Attributes:
        name: `RTO`, `RPO`, `Records proven`, `Links proven`.
        value: The number with its unit.
        meaning: What the number counts.
        standing: Against its objective, or against what it should have covered.
        against: The same in words.
    """

    name: str
    value: str
    meaning: str
    standing: Standing
    against: str


@dataclass(frozen=True)
class Check:
    """One level for one store or for the whole tier.

    Attributes:
        level: `L0` to `L6`.
        proves: What passing it proves.
        where: The store, or `whole tier`.
        state: How it ended.
        detail: What was looked at, or why it was skipped or is absent.
        findings: What is wrong, one sentence each.
        time: Empty where it did not run.
    """

    level: str
    proves: str
    where: str
    state: State
    detail: str
    findings: tuple[str, ...]
    time: str

    @property
    def why(self) -> str:
        """Why nothing was looked at; empty where something was."""
        return self.detail if self.state in {State.SKIPPED, State.ABSENT} else ""


@dataclass(frozen=True)
class Row:
    """One store of the matrix, or the whole tier; a cell is empty where nothing is asked."""

    where: str
    cells: tuple[tuple[Check, ...], ...]


@dataclass(frozen=True)
class LinkLine:
    """One link; counts are records."""

    name: str
    state: LinkState
    checked: str
    holds: str
    broken_before: str
    broken_by_restore: str
    examples: tuple[str, ...]


@dataclass(frozen=True)
class PhaseLine:
    """One phase of a store; the share is of the longest phase of any store, in percent."""

    name: str
    time: str
    share: int


@dataclass(frozen=True)
class StoreLine:
    """One store as it was restored; `source_version` is empty where it is the same."""

    name: str
    engine: str
    version: str
    source_version: str
    provider: str
    method: str
    passed_over: tuple[str, ...]
    records: str
    plain_size: str
    stored_size: str
    phases: tuple[PhaseLine, ...]


@dataclass(frozen=True)
class PointLines:
    """The instant: (label, text) pairs, then (store, position) pairs."""

    name: str
    instant: str
    grade: str
    meaning: str
    facts: tuple[tuple[str, str], ...]
    positions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Facts:
    """Everything a report states."""

    app: str
    backup: str
    verdict: Verdict
    verdict_text: str
    sentence: str
    first: str
    measures: tuple[Measure, ...]
    tested: tuple[str, ...]
    not_tested: tuple[str, ...]
    levels: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    checks: tuple[Check, ...]
    found: tuple[Check, ...]
    links: tuple[LinkLine, ...]
    no_links: str
    stores: tuple[StoreLine, ...]
    point: PointLines
    measured: tuple[tuple[str, str], ...]
