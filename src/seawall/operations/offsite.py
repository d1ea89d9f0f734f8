"""`repository copy`: every published backup to another repository, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from seawall.errors import FindingsError, RefusedError, UsageError
from seawall.model.artifact import Artifact
from seawall.model.progress import Progress
from seawall.model.surroundings import Surroundings
from seawall.model.tier import ObjectStore, Tier
from seawall.operations.place import to_place
from seawall.repository import catalog
from seawall.repository.bucket import SCHEME
from seawall.repository.failures import KeyTakenError, MissingObjectError
from seawall.repository.measured import Measured
from seawall.repository.metered import MeteredObjects
from seawall.repository.objects import Objects, Place, create_objects
from seawall.repository.sink import piece_fault


@dataclass(frozen=True)
class CopiedBackups:
    """What the other repository holds now.

    Attributes:
        place: Where it is.
        backups: Ids of those that were copied now, oldest first.
        held: How many it had before.
        pieces: How many were sent.
        bytes: Of those.
        kept: Pieces that were there and had the right hash.
    """

    place: str
    backups: tuple[str, ...]
    held: int
    pieces: int
    bytes: int
    kept: int


def find_copy(tier: Tier, to: str, here: Path, surroundings: Surroundings) -> Place:
    """The place that is called so: one of the file's copies by its url, or any folder.

    Args:
        tier: Its file may name copies.
        to: As the user wrote it; a folder is relative to where the command runs.
        here: Where that is.
        surroundings: May hold a login.

    Raises:
        UsageError: SW-REPOSITORY-025 for a bucket that the file does not name, or for the
            repository itself.
    """
    named = {each.url: each.store for each in tier.repository.copies}
    url = to.rstrip("/") if "://" in to else str((here / to).resolve())
    if url == tier.repository.url:
        raise _no_copy(url, "it is the repository itself.", "Name another place.")
    if url.startswith(SCHEME) and url not in named:
        known = ", ".join(sorted(named)) or "none"
        hint = f"Name it in `repository.copies` with its login (there: {known}), or name a folder."
        raise _no_copy(url, "the file names no such copy.", hint)
    return to_place(url, named.get(url, ObjectStore()), surroundings)


def copy_repository(source: Objects, place: Place, progress: Progress) -> CopiedBackups:
    """Copy what is not there yet; a run that is broken off is continued by the next one.

    No key is needed: pieces are copied as they are stored, and each byte is compared with its
    manifest on the way. A manifest follows its pieces and its commit follows it, oldest first, so
    at any moment the other repository is a whole, shorter one.

    Raises:
        FindingsError: SW-REPOSITORY-006 when a piece here is damaged, SW-REPOSITORY-007 when a
            manifest is; what came before it is copied.
        RefusedError: SW-REPOSITORY-026 when the other repository holds something else.
    """
    target = create_objects(place)
    numbers = catalog.list_numbers(source)
    held = _require_beginning(source, target, numbers)
    copied: list[str] = []
    sent: list[Artifact] = []
    kept = 0
    for number in numbers[len(held) :]:
        manifest = catalog.read_manifest(source, number)
        progress.step(f"copying {manifest.id}")
        metered = MeteredObjects(target, progress, f"copying {manifest.id}")
        for artifact in catalog.all_artifacts(manifest):
            if _send(source, metered, artifact):
                sent.append(artifact)
            else:
                kept += 1
        _put(target, catalog.manifest_key(number), catalog.read_bytes(source, number))
        _put(target, catalog.commit_key(number), b"")
        copied.append(manifest.id)
    catalog.commit_published(target)
    size = sum(each.stored_bytes for each in sent)
    return CopiedBackups(target.url, tuple(copied), len(held), len(sent), size, kept)


def _require_beginning(source: Objects, target: Objects, numbers: list[int]) -> list[int]:
    """The manifests that are there; they must be the first ones of those that are here."""
    held = catalog.list_numbers(target)
    for ours, theirs in zip(numbers, held, strict=False):
        same = ours == theirs and catalog.read_bytes(source, ours) == catalog.read_bytes(
            target, theirs
        )
        if not same:
            raise _other_chain(target, catalog.manifest_key(theirs))
    if len(held) > len(numbers):
        raise _other_chain(target, catalog.manifest_key(held[len(numbers)]))
    return held


def _send(source: Objects, target: Objects, artifact: Artifact) -> bool:
    """Copy one piece unless it is there; whether it was sent."""
    with suppress(MissingObjectError):
        target.size(artifact.key)
        if not piece_fault(target, artifact):
            return False
        target.delete(artifact.key)
    target.put_stream(artifact.key, _checked(source, artifact))
    fault = piece_fault(target, artifact)
    if fault:
        raise FindingsError(
            "SW-REPOSITORY-006",
            attempted=f"copy {artifact.key} to {target.url}",
            happened=f"read back there, {fault}.",
            hint="The storage did not keep what it acknowledged: check it before you trust it.",
        )
    return True


def _checked(source: Objects, artifact: Artifact) -> Iterator[bytes]:
    """A piece's bytes; the last ones only when all of them are what the manifest says."""
    measured, last = Measured(), b""
    for chunk in measured.watch(source.get_stream(artifact.key)):
        if last:
            yield last
        last = chunk
    if (measured.size, measured.hash) != (artifact.stored_bytes, artifact.stored_hash):
        raise FindingsError(
            "SW-REPOSITORY-006",
            attempted=f"copy {artifact.key} from {source.url}",
            happened="its bytes are not those of its manifest.",
            hint="Run `seawall verify` here; nothing of this backup was published there.",
        )
    yield last


def _put(target: Objects, key: str, content: bytes) -> None:
    try:
        target.put_new(key, content)
    except KeyTakenError:
        if b"".join(target.get_stream(key)) != content:
            raise _other_chain(target, key) from None


def _other_chain(target: Objects, key: str) -> RefusedError:
    return RefusedError(
        "SW-REPOSITORY-026",
        attempted=f"copy the repository to {target.url}",
        happened=f"{key} there is not what it is here: backups of another repository lie there.",
        hint="Name an empty place; nothing was changed there.",
    )


def _no_copy(url: str, happened: str, hint: str) -> UsageError:
    return UsageError(
        "SW-REPOSITORY-025",
        attempted=f"copy the repository to {url}",
        happened=happened,
        hint=hint,
    )
