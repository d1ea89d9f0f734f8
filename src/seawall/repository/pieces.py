"""One store's pieces, read again: every byte is checked while it passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from seawall.errors import FindingsError
from seawall.model.artifact import Artifact, Role
from seawall.repository.age import DecryptError
from seawall.repository.failures import MissingObjectError
from seawall.repository.frames import DecompressError
from seawall.repository.measured import Measured
from seawall.repository.objects import Objects
from seawall.repository.sink import ENCRYPTED, piece_fault
from seawall.repository.transfer import fetch


class StoredPieces:
    """The pieces of one store of one backup.

    Args:
        objects: The repository.
        artifacts: As the manifest names them.
        identity: The age identities, one a line; empty for pieces in the clear.
        earlier: Gives the pieces of the backups that this one builds on, oldest first.
        needed_by: What an error says of why these pieces are read; empty for the backup's own.
    """

    def __init__(
        self,
        objects: Objects,
        artifacts: tuple[Artifact, ...],
        identity: str,
        earlier: Callable[[], Sequence[StoredPieces]] = tuple,
        needed_by: str = "",
    ) -> None:
        self._objects = objects
        self._artifacts = {each.name: each for each in artifacts}
        self._identity = identity
        self._earlier = earlier
        self._needed_by = needed_by

    def earlier(self) -> Sequence[StoredPieces]:
        """Of the backups that this one builds on, oldest first.

        Raises:
            FindingsError: SW-BACKUP-013 when one of them is not in the repository.
        """
        return self._earlier()

    def names(self, role: Role) -> tuple[str, ...]:
        """Pieces of one role, in the order in which they were stored."""
        return tuple(each.name for each in self._artifacts.values() if each.role is role)

    def read(self, name: str) -> Iterator[bytes]:
        """Stream one piece's plain bytes; whoever stops early has no proof of them.

        Raises:
            FindingsError: SW-REPOSITORY-004 when the bytes are not what the manifest says.
        """
        artifact = self._artifacts.get(name)
        if artifact is None:
            raise self._wrong(name, "the manifest names no such piece")
        plain = Measured()
        identity = self._identity if artifact.key.endswith(ENCRYPTED) else ""
        if artifact.key.endswith(ENCRYPTED) and not identity:
            raise self._wrong(artifact.key, "it is encrypted, and no identity was given")
        try:
            # A byte of zstd's last checksum may be lost without changing the content.
            if self._objects.size(artifact.key) != artifact.stored_bytes:
                raise self._wrong(artifact.key, self._cause(artifact, None))
            yield from plain.watch(fetch(self._objects, artifact.key, identity))
        except MissingObjectError:
            raise self._wrong(artifact.key, "it is missing") from None
        except (DecryptError, DecompressError) as error:
            raise self._wrong(artifact.key, self._cause(artifact, error)) from error
        if plain.hash != artifact.plain_hash:
            raise self._wrong(artifact.key, self._cause(artifact, None))

    def _cause(self, artifact: Artifact, error: Exception | None) -> str:
        """Why an object does not open, by reading it again."""
        fault = piece_fault(self._objects, artifact)
        if fault:
            return fault
        if isinstance(error, DecryptError):
            return "the identity is not one of those it was encrypted for"
        return "its object is whole, but holds other content than was backed up"

    def _wrong(self, piece: str, what: str) -> FindingsError:
        return FindingsError(
            "SW-REPOSITORY-004",
            attempted=f"read the piece {piece}{self._needed_by}",
            happened=f"{what}.",
            hint="Run `seawall verify`, and restore from another backup.",
        )
