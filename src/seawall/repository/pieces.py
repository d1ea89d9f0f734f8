"""One store's pieces, read again: every byte is checked while it passes."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.errors import FindingsError
from seawall.model.artifact import Artifact, Role
from seawall.repository.frames import Measured, unpack
from seawall.repository.failures import MissingObjectError
from seawall.repository.objects import Objects


class StoredPieces:
    """The pieces of one store of one backup.

    Args:
        objects: The repository.
        artifacts: As the manifest names them.
        identity: The age identity's text; empty for pieces in the clear.
    """

    def __init__(self, objects: Objects, artifacts: tuple[Artifact, ...], identity: str) -> None:
        self._objects = objects
        self._artifacts = artifacts
        self._identity = identity

    def names(self, role: Role) -> tuple[str, ...]:
        """Pieces of one role, in the order in which they were stored."""
        return tuple(each.name for each in self._artifacts if each.role is role)

    def read(self, name: str) -> Iterator[bytes]:
        """Stream one piece's plain bytes.

        Raises:
            FindingsError: SW-REPOSITORY-004 when the bytes are not what the manifest says.
        """
        (artifact,) = (each for each in self._artifacts if each.name == name)
        plain, stored = Measured(), Measured()
        try:
            packed = self._objects.get_stream(artifact.key)
        except MissingObjectError:
            raise _wrong(artifact, "it is missing") from None
        yield from plain.watch(unpack(stored.watch(packed), self._identity))
        if plain.hash != artifact.plain_hash:
            raise _wrong(artifact, "its content is not what was backed up")


def _wrong(artifact: Artifact, what: str) -> FindingsError:
    return FindingsError(
        "SW-REPOSITORY-004",
        attempted=f"read the piece {artifact.key}",
        happened=f"{what}.",
        hint="Run `seawall verify`, and restore from another backup.",
    )
