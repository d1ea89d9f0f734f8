"""What the repository knows of one backup: the only catalog there is."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.model.artifact import Artifact, Role
from seawall.model.point import Cut, Point

FORMAT = "seawall-manifest/1"


@dataclass(frozen=True)
class Phase:
    """How long one part of a work took."""

    name: str
    seconds: float


@dataclass(frozen=True)
class StoreBackup:
    """One store's part of a backup.

    Attributes:
        store: Its name in the file.
        engine: Row that wrote it.
        server_version: Of the source.
        method: Offer that wrote it, with format version; chooses the restore.
        passed_over: Why each better offer was not used.
        cut: Where the store was cut.
        details: What the engine's restore must know.
        records: By the fingerprint; -1 where the source could not be fingerprinted.
        fingerprint_why: Why there is no fingerprint; empty when there is one.
        artifacts: Every stored piece, the fingerprint's included.
        phases: Seconds by phase.
        patterns: (collection, key pattern) pairs by which it was fingerprinted; None in a
            manifest from before they were noted.
        builds_on: Id of the earlier backup without which this one cannot be restored; empty for a
            whole copy.
        copied_whole: Why all was copied although only changes were asked for; else empty.
    """

    store: str
    engine: str
    server_version: str
    method: str
    passed_over: tuple[str, ...]
    cut: Cut
    details: tuple[tuple[str, str], ...]
    records: int
    fingerprint_why: str
    artifacts: tuple[Artifact, ...]
    phases: tuple[Phase, ...]
    patterns: tuple[tuple[str, str], ...] | None = None
    builds_on: str = ""
    copied_whole: str = ""

    @property
    def bases(self) -> tuple[Artifact, ...]:
        """Its pieces that a later backup may build on."""
        return tuple(each for each in self.artifacts if each.role is Role.BASE)

    @property
    def stored_bytes(self) -> int:
        """Of all its pieces."""
        return sum(artifact.stored_bytes for artifact in self.artifacts)

    @property
    def plain_bytes(self) -> int:
        """Of all its pieces, before compression."""
        return sum(artifact.plain_bytes for artifact in self.artifacts)


@dataclass(frozen=True)
class Earlier:
    """A backup that another one builds on.

    Attributes:
        backup: Its id.
        recipients: Whom its pieces are encrypted for.
        part: The store's part of it.
    """

    backup: str
    recipients: tuple[str, ...]
    part: StoreBackup


@dataclass(frozen=True)
class Manifest:
    """One backup, as `manifests/NUMBER.json` holds it.

    Attributes:
        format: FORMAT.
        number: 1 and up, without gaps.
        id: Name for people, unique: `b-20261121-041530-7f3a`.
        app: The application.
        created_at: UTC, ISO 8601.
        previous: BLAKE3 of the previous manifest's bytes, hex; empty for number 1.
        writer: Version of Seawall that wrote it.
        recipients: age recipients that can open it; empty when it is not encrypted.
        point: The instant it restores to.
        stores: Its stores.
        not_backed_up: Stores of the file that are not in it.
        tier_artifacts: Pieces that belong to no single store (the links' state at the point).
    """

    format: str
    number: int
    id: str
    app: str
    created_at: str
    previous: str
    writer: str
    recipients: tuple[str, ...]
    point: Point
    stores: tuple[StoreBackup, ...]
    not_backed_up: tuple[str, ...]
    tier_artifacts: tuple[Artifact, ...]
