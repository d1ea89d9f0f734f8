"""`log`: prove that a backup's change log is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

from seawall.capability import Standalone
from seawall.model.target import Programs


class Log(Protocol):
    """Reads stored log pieces, without a server."""

    def verify(
        self, folder: Path, details: tuple[tuple[str, str], ...], programs: Programs | None
    ) -> tuple[str, ...]:
        """Faults of the log from the base's start to the cut, one sentence each; empty = whole.

        Args:
            folder: Holds the backup's pieces of role LOG under their own names.
            details: The store's details from the manifest, positions included.
            programs: The engine's programs here; where they are needed and absent, that is a
                fault that names them.
        """
        ...


LOG: Final = Standalone[Log]("log", "Prove that a backup's change log is whole.")
