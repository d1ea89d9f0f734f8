"""`backup`: copy a store so that it can be brought back to one exact cut.

A backup has three moments. Before the point, everything that may take hours is copied. At the
point, inside a hold over the other stores, the store is cut within milliseconds. After it, the
rest up to the cut follows: a log, or a dump of a snapshot.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, Protocol

from seawall.capabilities.server import OpenSandbox
from seawall.capability import Capability
from seawall.model.artifact import Artifact, Role
from seawall.model.point import Cut


class Sink(Protocol):
    """Where a backup writes its pieces: it compresses, encrypts, hashes and stores them."""

    def write(self, name: str, role: Role, chunks: Iterable[bytes]) -> Artifact:
        """Store one piece, streamed. `name` is its file name in the engine's own format.

        Chunks of 256 KiB to 1 MiB are best. An error raised while iterating discards the piece.
        """
        ...


class CutAttempt(Protocol):
    """One try to cut a store; made again for each hold."""

    def take(self) -> None:
        """Cut: called inside the hold, so it costs one round trip and waits for nothing."""
        ...

    def settle(self) -> Cut | None:
        """After the release: where the cut is, or None when it is not exact and must be retaken.

        May wait for the log to reach the cut.
        """
        ...

    def view(self) -> AbstractContextManager[Any]:
        """A client of this engine that reads the source exactly as it was at the settled cut.

        Usable from another thread than the one that took the cut, one thread at a time. Raises
        RefusedError SW-BACKUP-010 where the source cannot be read as it was then.
        """
        ...


class BackupSession(Protocol):
    """One backup of one store. Its methods are called in this order, once each but `prepare`."""

    def copy_base(self, sink: Sink) -> None:
        """Copy all that does not depend on the point; writers go on."""
        ...

    def prepare(self) -> AbstractContextManager[CutAttempt]:
        """Do all that may wait (connections, statements, early stages); leave to give it up."""
        ...

    def copy_to(self, cut: Cut, sink: Sink) -> None:
        """Store what is needed to go from the base to the cut; the attempt is still open."""
        ...

    def details(self) -> tuple[tuple[str, str], ...]:
        """What a restore must know, as (name, value) pairs for the manifest; no secrets."""
        ...


class Backup(Protocol):
    """Backs up the client's store."""

    def open(self, scratch: Path, sandbox: OpenSandbox) -> AbstractContextManager[BackupSession]:
        """Begin. `scratch` is an empty private folder, removed afterwards.

        `sandbox` is for an engine that must read its source through a private copy.

        Leaving the context stops every process and closes every connection it opened, and leaves
        nothing on the server (no slot, lock or temporary object).
        """
        ...


BACKUP: Final = Capability[Backup]("backup", "Copy a store up to one exact cut.")
