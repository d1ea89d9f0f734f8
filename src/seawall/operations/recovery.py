"""One backup about to be brought back, and everything that takes."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass

from seawall.errors import FindingsError, RefusedError
from seawall.model.manifest import Manifest, StoreBackup
from seawall.model.progress import Progress
from seawall.model.tier import BackupPolicy, Objectives, Store
from seawall.operations.vault import Vault
from seawall.operations.workplace import Workplace
from seawall.repository.pieces import StoredPieces
from seawall.servers.sandboxes import Sandboxes

# A data folder with its log and indexes needs more room than its pieces have bytes.
SPACE_FACTOR = 1.5
SPACE_SPARE_BYTES = 256 * 2**20


@dataclass(frozen=True)
class Recovery:
    """A backup, the tier it belongs to, and the repository that holds it.

    Attributes:
        work: The tier, for its links, objectives and state folder.
        vault: The repository, with the identity that opens it.
        manifest: The backup.
        progress: Told what goes on.
    """

    work: Workplace
    vault: Vault
    manifest: Manifest
    progress: Progress

    def pieces(self, part: StoreBackup) -> StoredPieces:
        """One store's pieces, told while they are read."""
        return self.vault.metered(self.progress, f"reading {part.store}").pieces(
            self.manifest, part
        )

    def part(self, store: str) -> StoreBackup:
        """One store's part of the backup."""
        (part,) = (part for part in self.manifest.stores if part.store == store)
        return part

    def sandboxes(self, part: StoreBackup) -> Sandboxes:
        """Opens sandboxes that can run one store's copy, also when the file has forgotten it.

        They read it by the key patterns of the backup: today's file may have other ones.
        """
        known = self.work.tier.store(part.store)
        patterns = part.patterns
        if patterns is None:
            patterns = known.patterns if known else ()
        store = Store(part.store, part.engine, None, patterns, BackupPolicy(), Objectives())
        return self.work.sandboxes(store, part.server_version)

    def bytes_needed(self, part: StoreBackup) -> int:
        """Plain bytes of one store's pieces, with those of the backups that it builds on."""
        try:
            earlier = self.vault.earlier(self.manifest, part)
        except FindingsError:
            earlier = ()  # said by whoever reads them
        bases = (piece for each in earlier for piece in each.part.bases)
        return part.plain_bytes + sum(piece.plain_bytes for piece in bases)

    def refuse_lost(self, stores: Iterable[str]) -> None:
        """Hold a restore of stores that build on a backup which is no more.

        Raises:
            FindingsError: SW-BACKUP-013 with the names of both.
        """
        for store in stores:
            self.vault.refuse_lost(self.manifest, self.part(store))

    def refuse_full_disk(self) -> None:
        """Hold a restore that the disk has no room for.

        Raises:
            RefusedError: SW-RESTORE-003 with what is needed and what is free.
        """
        plain = sum(map(self.bytes_needed, self.manifest.stores))
        needed = int(plain * SPACE_FACTOR) + SPACE_SPARE_BYTES
        free = shutil.disk_usage(self.work.home).free
        if free < needed:
            raise RefusedError(
                "SW-RESTORE-003",
                attempted=f"restore {self.manifest.id}",
                happened=f"it needs about {needed >> 20} MiB under {self.work.home},"
                f" {free >> 20} MiB are free.",
                hint="Make room there, or set SEAWALL_HOME to a folder on a larger disk.",
            )
