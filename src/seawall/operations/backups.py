"""`backups` and `verify`: what the repository holds, and whether it is whole."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.model.manifest import Manifest
from seawall.operations.vault import Vault


@dataclass(frozen=True)
class BackupLine:
    """One backup in a list.

    Attributes:
        id: Its name.
        taken_at: The instant it restores to.
        grade: How exact that instant is.
        stores: Names of what it holds.
        records: By the fingerprints; -1 where a store has none.
        bytes: Plain size.
        stored_bytes: Size in the repository.
        builds_on: Ids of earlier backups without which it cannot be restored; none for a whole one.
    """

    id: str
    taken_at: str
    grade: str
    stores: tuple[str, ...]
    records: int
    bytes: int
    stored_bytes: int
    builds_on: tuple[str, ...]


def list_backups(vault: Vault) -> list[BackupLine]:
    """Every published backup, oldest first."""
    return [_line(manifest) for manifest in vault.manifests()]


def _line(manifest: Manifest) -> BackupLine:
    records = [part.records for part in manifest.stores]
    return BackupLine(
        id=manifest.id,
        taken_at=manifest.point.taken_at,
        grade=manifest.point.grade.value,
        stores=tuple(part.store for part in manifest.stores),
        records=-1 if -1 in records else sum(records),
        bytes=sum(part.plain_bytes for part in manifest.stores),
        stored_bytes=sum(part.stored_bytes for part in manifest.stores),
        builds_on=tuple(sorted({part.builds_on for part in manifest.stores} - {""})),
    )
