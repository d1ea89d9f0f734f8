"""`restore`: bring a store back from its pieces; chosen by the method its manifest names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol

from seawall.capabilities.server import RunTool
from seawall.capability import Capability, Standalone
from seawall.model.artifact import Role
from seawall.model.place import Place
from seawall.model.point import Cut


class Pieces(Protocol):
    """The stored pieces of one store of one backup, checked against their hashes as read."""

    def names(self, role: Role) -> tuple[str, ...]:
        """Pieces of one role, in the order in which they were stored."""
        ...

    def read(self, name: str) -> Iterator[bytes]:
        """Stream one piece's plain bytes.

        Raises:
            FindingsError: SW-REPOSITORY-004 when the bytes are not what the manifest says.
        """
        ...

    def earlier(self) -> Sequence[Pieces]:
        """Of the backups that this one builds on, oldest first: the first of them is whole.

        Only their pieces of role BASE are kept for it. None where this one is whole itself.

        Raises:
            FindingsError: SW-BACKUP-013 when one of them is not in the repository.
        """
        ...


class Restore(Protocol):
    """Rebuilds one store on this machine at a place whose data folder is empty."""

    def build(
        self,
        pieces: Pieces,
        place: Place,
        cut: Cut,
        details: tuple[tuple[str, str], ...],
        run: RunTool,
    ) -> None:
        """Write a data folder that, once started, stands exactly at the cut.

        Files may be written as the current user: the caller gives them to the server's user.
        """
        ...

    def load(self, pieces: Pieces, place: Place, client: Any) -> None:
        """After the start and the claim: load what needs a running server; often nothing."""
        ...

    def recipe(self, cut: Cut, details: tuple[tuple[str, str], ...]) -> str:
        """How to do both without Seawall: lines for bash, each ended by a newline.

        They run under `set -eu -o pipefail`, in the folder that holds the store's opened pieces
        under their own names, with the engine's programs on the PATH. Bases that the backup builds
        on lie in `earlier/001`, `earlier/002`, ..., oldest first. They start a server that
        stands exactly at the cut and acts on nothing outside of its folders, and print how to
        reach and to stop it. Comments name what their reader must choose.
        """
        ...


class Transfer(Protocol):
    """Copies a whole store between two servers of one engine."""

    def copy_into(self, empty: Any) -> None:
        """Copy everything the client's store holds into another client's empty store."""
        ...

    def clear(self) -> None:
        """DESTROY everything in the client's store: called only after its name was confirmed."""
        ...


RESTORE: Final = Standalone[Restore]("restore", "Rebuild a store from its backup.")
TRANSFER: Final = Capability[Transfer](
    "transfer", "Copy a restored store into an existing empty server."
)
