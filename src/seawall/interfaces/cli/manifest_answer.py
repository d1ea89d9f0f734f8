"""A backup's manifest as it is published in JSON."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.model.manifest import Manifest, Phase, StoreBackup
from seawall.model.point import Point


@dataclass(frozen=True)
class PointAnswer:
    """One instant of the tier.

    Attributes:
        name: Unique within the repository.
        taken_at: UTC, ISO 8601 with microseconds.
        grade: fenced, certified, marked or timed: how exact it is.
        hold_ms: How long held writers waited.
        spread_ms: Between the first and the last cut of stores that were not held.
        attempts: Holds taken until every cut was exact.
        positions: Store to its place in its log.
    """

    name: str
    taken_at: str
    grade: str
    hold_ms: float
    spread_ms: float
    attempts: int
    positions: dict[str, str]


@dataclass(frozen=True)
class StoreBackupAnswer:
    """One store's part of a backup.

    Attributes:
        name: In the file.
        engine: Row that wrote it.
        server_version: Of the source.
        method: Offer that wrote it, with format version.
        passed_over: Why each better offer was not used.
        records: By the fingerprint; -1 where the source could not be fingerprinted.
        fingerprint_why: Why there is no fingerprint; empty when there is one.
        bytes: Plain size.
        stored_bytes: Size in the repository.
        phases: Seconds by phase.
        builds_on: Id of the earlier backup without which it cannot be restored; empty for a whole
            copy.
        copied_whole: Why all was copied although only changes were asked for; else empty.
    """

    name: str
    engine: str
    server_version: str
    method: str
    passed_over: tuple[str, ...]
    records: int
    fingerprint_why: str
    bytes: int
    stored_bytes: int
    phases: dict[str, float]
    builds_on: str
    copied_whole: str


@dataclass(frozen=True)
class BackupAnswer:
    """One backup.

    Attributes:
        id: Its name.
        number: 1 and up, without gaps.
        app: The application.
        created_at: UTC, ISO 8601.
        recipients: age recipients that can open it; empty when it is not encrypted.
        point: The instant it restores to.
        stores: What it holds.
        not_backed_up: Stores of the file that are not in it.
    """

    id: str
    number: int
    app: str
    created_at: str
    recipients: tuple[str, ...]
    point: PointAnswer
    stores: tuple[StoreBackupAnswer, ...]
    not_backed_up: tuple[str, ...]


def backup_answer(manifest: Manifest) -> BackupAnswer:
    """A manifest as it is published."""
    return BackupAnswer(
        id=manifest.id,
        number=manifest.number,
        app=manifest.app,
        created_at=manifest.created_at,
        recipients=manifest.recipients,
        point=point_answer(manifest.point),
        stores=tuple(map(_store_answer, manifest.stores)),
        not_backed_up=manifest.not_backed_up,
    )


def point_answer(point: Point) -> PointAnswer:
    """A point as it is published."""
    return PointAnswer(
        name=point.name,
        taken_at=point.taken_at,
        grade=point.grade.value,
        hold_ms=point.hold_ms,
        spread_ms=point.spread_ms,
        attempts=point.attempts,
        positions={store: position.text for store, position in point.positions},
    )


def add_up(phases: tuple[Phase, ...]) -> dict[str, float]:
    """Seconds by phase; a phase that came twice is added up."""
    seconds: dict[str, float] = {}
    for phase in phases:
        seconds[phase.name] = round(seconds.get(phase.name, 0.0) + phase.seconds, 3)
    return seconds


def _store_answer(part: StoreBackup) -> StoreBackupAnswer:
    return StoreBackupAnswer(
        name=part.store,
        engine=part.engine,
        server_version=part.server_version,
        method=part.method,
        passed_over=part.passed_over,
        records=part.records,
        fingerprint_why=part.fingerprint_why,
        bytes=part.plain_bytes,
        stored_bytes=part.stored_bytes,
        phases=add_up(part.phases),
        builds_on=part.builds_on,
        copied_whole=part.copied_whole,
    )
