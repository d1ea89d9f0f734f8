"""L0: the repository's own integrity, without any key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from blake3 import blake3

from seawall.errors import FindingsError, RefusedError
from seawall.repository import catalog
from seawall.repository.earlier import earlier_faults
from seawall.repository.objects import Objects
from seawall.repository.sink import ARTIFACTS, piece_fault

_MANIFEST_FAULTS: Final = (FindingsError, RefusedError)


@dataclass(frozen=True)
class Integrity:
    """What reading the whole repository shows.

    Attributes:
        backups: Published ones.
        objects: Pieces that were read.
        bytes: Of those.
        faults: One sentence each; empty when everything is whole.
        leftovers: Keys that no manifest names: what killed backups left. No fault.
    """

    backups: int
    objects: int
    bytes: int
    faults: tuple[str, ...]
    leftovers: tuple[str, ...]


def verify_repository(objects: Objects) -> Integrity:
    """Read every stored byte and compare it with the manifests.

    The pieces are listed first: a backup that is published meanwhile is then no leftover.
    """
    stored = objects.list_keys(f"{ARTIFACTS}/")
    faults = list(chain_faults(objects))
    manifests = list(reversed(list(catalog.newest_first(objects))))
    artifacts = {each.key: each for held in manifests for each in catalog.all_artifacts(held)}
    found = {key: piece_fault(objects, each) for key, each in artifacts.items()}
    damaged = {key: fault for key, fault in found.items() if fault}
    faults += (*damaged.values(), *earlier_faults(manifests, set(damaged)))
    return Integrity(
        backups=len(manifests),
        objects=len(artifacts),
        bytes=sum(each.stored_bytes for each in artifacts.values()),
        faults=tuple(faults),
        leftovers=tuple(key for key in stored if key not in artifacts),
    )


def chain_faults(objects: Objects) -> Iterator[str]:
    """Gaps, changed manifests, and numbers that are in one list and not in the other."""
    # In this order a backup that is published meanwhile is in the second list at least.
    commits, numbers = set(catalog.list_commits(objects)), catalog.list_numbers(objects)
    yield from (f"{key} is no part of the catalog" for key in catalog.list_strangers(objects))
    newest = max([*numbers, *commits, 0])
    late = set(catalog.list_commits(objects))
    for number in range(1, newest + 1):
        if number not in numbers:
            yield f"{catalog.manifest_key(number)} is missing"
        elif number not in commits | late:
            yield f"{catalog.manifest_key(number)} was never committed"
    yield from _link_faults(objects, numbers)


def remove_leftovers(objects: Objects, backup: str) -> None:
    """Remove the pieces of a backup that was never published and never will be.

    Raises:
        RefusedError: SW-REPOSITORY-013 when a manifest names the backup, or cannot be read and
            may be its own.
    """
    for number in catalog.list_numbers(objects):
        try:
            is_published = catalog.read_manifest(objects, number).id == backup
        except _MANIFEST_FAULTS as error:
            raise _kept(backup, f"{catalog.manifest_key(number)} cannot be read") from error
        if is_published:
            raise _kept(backup, "it is published")
    for key in objects.list_keys(f"{ARTIFACTS}/{backup}/"):
        objects.delete(key)
    objects.discard_uploads(f"{ARTIFACTS}/{backup}/")


def _link_faults(objects: Objects, numbers: list[int]) -> Iterator[str]:
    """Manifests that cannot be read, and those that do not follow the one before them."""
    previous = ""
    for before, number in zip([0, *numbers], numbers, strict=False):
        key = catalog.manifest_key(number)
        try:
            content = catalog.read_bytes(objects, number)
            manifest = catalog.decode_manifest(content, number)
        except _MANIFEST_FAULTS as error:
            yield f"{key}: {error.happened}"
            previous = _hash(objects, number)
            continue
        if manifest.number != number:
            yield f"{key} says that it is number {manifest.number}"
        # After a gap the one before may have been lost before or after this one was written.
        if manifest.previous != previous and before == number - 1:
            yield f"{key} does not follow {catalog.manifest_key(before) if before else 'nothing'}"
        previous = blake3(content).hexdigest()


def _hash(objects: Objects, number: int) -> str:
    try:
        return blake3(catalog.read_bytes(objects, number)).hexdigest()
    except FindingsError:
        return ""  # it vanished while this ran, and is named already


def _kept(backup: str, why: str) -> RefusedError:
    return RefusedError(
        "SW-REPOSITORY-013",
        attempted=f"remove what {backup} left",
        happened=f"{why}.",
        hint="Run `seawall verify`; nothing was removed.",
    )
