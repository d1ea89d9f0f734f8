"""Where one store's pieces go: packed, hashed, stored, and read back."""

from __future__ import annotations

from collections.abc import Iterable

from seawall.errors import FindingsError
from seawall.model.artifact import Artifact, Role
from seawall.repository.frames import Measured, pack
from seawall.repository.failures import MissingObjectError
from seawall.repository.objects import Objects

ARTIFACTS = "artifacts"


class ArtifactSink:
    """Stores the pieces of one store of one backup.

    Args:
        objects: The repository.
        backup: The backup's id.
        store: The store's name.
        recipients: Whom the pieces are encrypted for; none leaves them in the clear.
    """

    def __init__(
        self, objects: Objects, backup: str, store: str, recipients: tuple[str, ...]
    ) -> None:
        self._objects = objects
        self._folder = f"{ARTIFACTS}/{backup}/{store}"
        self._recipients = recipients
        self._stored: list[Artifact] = []

    @property
    def artifacts(self) -> tuple[Artifact, ...]:
        """What has been stored, in order."""
        return tuple(self._stored)

    def write(self, name: str, role: Role, chunks: Iterable[bytes]) -> Artifact:
        """Store one piece, streamed."""
        plain, stored = Measured(), Measured()
        key = f"{self._folder}/{name}.zst{'.age' if self._recipients else ''}"
        packed = pack(plain.watch(chunks), self._recipients)
        self._objects.put_stream(key, stored.watch(packed))
        artifact = Artifact(name, role, key, plain.size, plain.hash, stored.size, stored.hash)
        self._stored.append(artifact)
        return artifact


def read_back(objects: Objects, artifacts: Iterable[Artifact]) -> None:
    """Read stored pieces and compare their hashes: a backup counts only then.

    Raises:
        FindingsError: SW-REPOSITORY-006 when the store returns other bytes than it was given.
    """
    for artifact in artifacts:
        fault = piece_fault(objects, artifact)
        if fault:
            raise FindingsError(
                "SW-REPOSITORY-006",
                attempted=f"read back {artifact.key}",
                happened=f"{fault}.",
                hint="The storage did not keep what it acknowledged: check its hardware.",
            )


def piece_fault(objects: Objects, artifact: Artifact) -> str:
    """What is wrong with a stored piece, without its key; empty when nothing is."""
    stored = Measured()
    try:
        for _ in stored.watch(objects.get_stream(artifact.key)):
            pass
    except MissingObjectError:
        return f"{artifact.key} is missing"
    if stored.size != artifact.stored_bytes:
        return f"{artifact.key} has {stored.size} bytes instead of {artifact.stored_bytes}"
    return "" if stored.hash == artifact.stored_hash else f"{artifact.key} has other content"
