"""A drill's report as it is published in JSON."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.interfaces.cli.manifest_answer import PointAnswer, add_up, point_answer
from seawall.model.drill import DrillReport, LevelResult, StoreDrill
from seawall.model.link import LinkProof


@dataclass(frozen=True)
class StoreDrillAnswer:
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
        phases: Seconds by phase.
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
    phases: dict[str, float]
    emulator: str


@dataclass(frozen=True)
class DrillAnswer:
    """The report of one drill.

    Attributes:
        app: The application.
        backup: Id of the backup that was drilled.
        point: The instant it restores to.
        started_at: UTC, ISO 8601.
        verdict: verified, incomplete or failed.
        levels: By level, then store; a level over the whole tier has no store.
        stores: In the file's order.
        links: In the file's order.
        records_proven: Whose content equals the fingerprint taken at the point.
        links_proven: Records whose link was checked after the restore and holds.
        rto_seconds: From nothing to all stores answering.
        rpo_seconds: What a loss at that moment would have cost.
        rto_objective: Of the file, in seconds; null where there is none.
        rpo_objective: Of the file, in seconds; null where there is none.
        not_tested: What no level looked at, one sentence each.
        machine: What the times were measured on.
    """

    app: str
    backup: str
    point: PointAnswer
    started_at: str
    verdict: str
    levels: tuple[LevelResult, ...]
    stores: tuple[StoreDrillAnswer, ...]
    links: tuple[LinkProof, ...]
    records_proven: int
    links_proven: int
    rto_seconds: float
    rpo_seconds: float
    rto_objective: float | None
    rpo_objective: float | None
    not_tested: tuple[str, ...]
    machine: str


def drill_answer(report: DrillReport) -> DrillAnswer:
    """The report as it is published."""
    return DrillAnswer(
        app=report.app,
        backup=report.backup,
        point=point_answer(report.point),
        started_at=report.started_at,
        verdict=report.verdict.value,
        levels=report.levels,
        stores=tuple(map(_store_answer, report.stores)),
        links=report.links,
        records_proven=report.records_proven,
        links_proven=report.links_proven,
        rto_seconds=report.rto_seconds,
        rpo_seconds=report.rpo_seconds,
        rto_objective=report.rto_objective,
        rpo_objective=report.rpo_objective,
        not_tested=report.not_tested,
        machine=report.machine,
    )


def _store_answer(store: StoreDrill) -> StoreDrillAnswer:
    return StoreDrillAnswer(
        name=store.name,
        engine=store.engine,
        version=store.version,
        source_version=store.source_version,
        provider=store.provider,
        method=store.method,
        passed_over=store.passed_over,
        records=store.records,
        bytes=store.bytes,
        stored_bytes=store.stored_bytes,
        phases=add_up(store.phases),
        emulator=store.emulator,
    )
