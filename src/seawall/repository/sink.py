"""Where one store's pieces go: packed, hashed, stored, and read back."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from typing import Final

from seawall.errors import FindingsError, SeawallError
from seawall.model.artifact import Artifact, Role
from seawall.model.quantity import count
from seawall.repository.failures import MissingObjectError
from seawall.repository.freed import give_back
from seawall.repository.measured import Measured
from seawall.repository.objects import Objects
from seawall.repository.transfer import store as store_piece

ARTIFACTS: Final = "artifacts"
ENCRYPTED: Final = ".age"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+=@,-]*(/[A-Za-z0-9_][A-Za-z0-9_.+=@,-]*)*")
# A folder of this ending could be the key of another piece.
_FOLDER_LIKE_A_KEY = re.compile(r"\.(zst|age)/")
_LONGEST_NAME = 120


class ArtifactSink:
    """Stores the pieces of one store of one backup. Safe to use from several threads.

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
        self._lock = threading.Lock()
        self._names: set[str] = set()
        self._stored: list[Artifact] = []

    @property
    def artifacts(self) -> tuple[Artifact, ...]:
        """What has been stored, in order."""
        with self._lock:
            return tuple(self._stored)

    def write(self, name: str, role: Role, chunks: Iterable[bytes]) -> Artifact:
        """Store one piece, streamed.

        Raises:
            SeawallError: SW-REPOSITORY-012 for a name that is taken or cannot be one.
        """
        self._take_name(name)
        key = f"{self._folder}/{name}.zst{ENCRYPTED if self._recipients else ''}"
        stored = store_piece(self._objects, key, chunks, self._recipients)
        artifact = Artifact(
            name=name,
            role=role,
            key=key,
            plain_bytes=stored.plain_bytes,
            plain_hash=stored.plain_hash,
            stored_bytes=stored.stored_bytes,
            stored_hash=stored.stored_hash,
        )
        with self._lock:
            self._stored.append(artifact)
        return artifact

    def _take_name(self, name: str) -> None:
        is_name = len(name) <= _LONGEST_NAME and _NAME.fullmatch(name)
        with self._lock:
            if is_name and not _FOLDER_LIKE_A_KEY.search(name) and name not in self._names:
                self._names.add(name)
                return
        raise SeawallError(
            "SW-REPOSITORY-012",
            attempted=f"store a piece in {self._folder}",
            happened=f"{name!r} is already taken or cannot name a piece.",
            hint="This is a defect of the engine's backup: please report it.",
        )


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
        stored.exhaust(give_back(objects.get_stream(artifact.key)))
    except MissingObjectError:
        return f"{artifact.key} is missing"
    if stored.size != artifact.stored_bytes:
        how = "truncated" if stored.size < artifact.stored_bytes else "too long"
        sizes = f"{count(stored.size, 'byte')} instead of {count(artifact.stored_bytes)}"
        return f"{artifact.key} is {how}: {sizes}"
    return "" if stored.hash == artifact.stored_hash else f"{artifact.key} has changed"
