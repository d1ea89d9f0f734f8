"""What a drill found: levels, stores, links, times, and what was not tested."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from seawall.model.link import LinkProof
from seawall.model.manifest import Phase
from seawall.model.point import Point


class Level(Enum):
    """The questions of a drill, in order; the values are what each one proves."""

    L0 = "manifests and hashes"
    L1 = "the log is whole"
    L2 = "restored and started"
    L3 = "the engine's own check"
    L4 = "content equals the fingerprint taken at the point"
    L5 = "links between stores hold"
    L6 = "your own queries"


class State(Enum):
    """How a level ended: skipped is never passed."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    ABSENT = "absent"


class Verdict(Enum):
    """What the drill says of the backup."""

    VERIFIED = "verified"
    INCOMPLETE = "incomplete"
    FAILED = "failed"


@dataclass(frozen=True)
class LevelResult:
    """One level for one store, or for the tier where `store` is empty.

    Attributes:
        level: Its name, `L0` to `L6`.
        proves: What passing it proves.
        store: Whose; empty for a level over the whole tier.
        state: How it ended.
        detail: What was looked at, or why it was skipped or is absent.
        findings: What is wrong, one sentence each.
        seconds: How long it took.
    """

    level: str
    proves: str
    store: str
    state: State
    detail: str
    findings: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class StoreDrill:
    """One store of a drill.

    Attributes:
        name: In the file.
        engine: Row that restored it.
        version: Of the sandbox's server.
        source_version: Of the server that was backed up.
        provider: Where the sandbox's programs came from.
        method: By which it was backed up and restored.
        passed_over: Why each better method was not used.
        records: Whose content was proven equal; 0 where there was no fingerprint.
        bytes: Plain size of its pieces.
        stored_bytes: Size in the repository.
        phases: fetch and build, start, check, fingerprint, ...
        emulator: The product that stood in for the engine; empty for the engine itself.
    """

    name: str
    engine: str
    version: str
    source_version: str
    provider: str
    method: str
    passed_over: tuple[str, ...]
    records: int
    bytes: int
    stored_bytes: int
    phases: tuple[Phase, ...]
    emulator: str = ""


@dataclass(frozen=True)
class DrillReport:
    """The report of one drill.

    Attributes:
        app: The application.
        backup: Id of the backup that was drilled.
        point: The instant it restores to.
        started_at: UTC, ISO 8601.
        verdict: Its worst level's.
        levels: By level, then store.
        stores: In the file's order.
        links: In the file's order.
        records_proven: Whose content equals the fingerprint taken at the point.
        links_proven: Records whose link was checked after the restore and holds.
        rto_seconds: From nothing to all stores answering, restored side by side.
        rpo_seconds: Between the point and the drill's start, or between the point and the last
            commit where that is known: what a loss at that moment would have cost.
        rto_objective: Of the file; None where there is none.
        rpo_objective: Of the file; None where there is none.
        not_tested: What no level looked at, one sentence each.
        machine: Cores, memory and system the times were measured on.
    """

    app: str
    backup: str
    point: Point
    started_at: str
    verdict: Verdict
    levels: tuple[LevelResult, ...]
    stores: tuple[StoreDrill, ...]
    links: tuple[LinkProof, ...]
    records_proven: int
    links_proven: int
    rto_seconds: float
    rpo_seconds: float
    rto_objective: float | None
    rpo_objective: float | None
    not_tested: tuple[str, ...]
    machine: str

    @property
    def verdict_text(self) -> str:
        """The verdict for people: what another product has proven is not proven of the engine."""
        emulated = any(store.emulator for store in self.stores)
        return f"{self.verdict.value} (emulated)" if emulated else self.verdict.value


def judge(levels: tuple[LevelResult, ...]) -> Verdict:
    """The verdict: any failure fails, any skip leaves it incomplete."""
    states = {result.state for result in levels}
    if State.FAILED in states:
        return Verdict.FAILED
    return Verdict.INCOMPLETE if State.SKIPPED in states else Verdict.VERIFIED
