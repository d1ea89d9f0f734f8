"""`increment`: copy what changed since an earlier backup, which is then needed to restore."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, Protocol

from seawall.capabilities.backup import BackupSession
from seawall.capabilities.server import OpenSandbox
from seawall.capability import Capability
from seawall.model.manifest import StoreBackup


class Increment(Protocol):
    """Backs up what changed in the client's store; the caller keeps what it builds on."""

    def refusal(self, earlier: StoreBackup) -> str:
        """Why nothing can be built on an earlier backup of the store; empty when it can be.

        The store's server must still be in the history that it was in then: one that was restored
        or made anew since has other data under the same positions.
        """
        ...

    def open(
        self, earlier: StoreBackup, scratch: Path, sandbox: OpenSandbox
    ) -> AbstractContextManager[BackupSession]:
        """Begin, as `Backup.open` does; `copy_base` then copies what changed since `earlier`.

        Args:
            earlier: A backup that is not refused. None of its pieces is read.
            scratch: An empty private folder, removed afterwards.
            sandbox: For an engine that must read its source through a private copy.
        """
        ...


INCREMENT: Final = Capability[Increment](
    "increment", "Copy only what changed since an earlier backup."
)
