"""L0: the repository's own integrity, without any key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from blake3 import blake3

from seawall.errors import SeawallError
from seawall.model.artifact import Artifact
from seawall.model.manifest import Manifest
from seawall.repository import catalog
from seawall.repository.objects import Objects
from seawall.repository.sink import ARTIFACTS, piece_fault


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
    """Read every stored byte and compare it with the manifests."""
    faults = list(chain_faults(objects))
    manifests = _readable(objects)
    artifacts = [each for manifest in manifests for each in all_artifacts(manifest)]
    faults += filter(None, (piece_fault(objects, each) for each in artifacts))
    named = {each.key for each in artifacts}
    stored = objects.list_keys(f"{ARTIFACTS}/")
    return Integrity(
        backups=len(manifests),
        objects=len(artifacts),
        bytes=sum(each.stored_bytes for each in artifacts),
        faults=tuple(faults),
        leftovers=tuple(key for key in stored if key not in named),
    )


def chain_faults(objects: Objects) -> Iterator[str]:
    """Gaps, changed manifests, and numbers that are in one list and not in the other."""
    numbers, commits = catalog.list_numbers(objects), set(catalog.list_commits(objects))
    newest = max([*numbers, *commits, 0])
    for number in range(1, newest + 1):
        if number not in numbers:
            yield f"{catalog.manifest_key(number)} is missing"
        elif number not in commits:
            yield f"{catalog.manifest_key(number)} was never committed"
    previous = ""
    for number in numbers:
        try:
            manifest = catalog.read_manifest(objects, number)
        except SeawallError as error:
            yield f"{catalog.manifest_key(number)}: {error.happened}"
        else:
            if manifest.number != number:
                yield f"{catalog.manifest_key(number)} says it is number {manifest.number}"
            if number - 1 in {0, *numbers} and manifest.previous != previous:
                yield f"{catalog.manifest_key(number)} does not follow the one before it"
        previous = blake3(catalog.read_bytes(objects, number)).hexdigest()


def all_artifacts(manifest: Manifest) -> tuple[Artifact, ...]:
    """Every piece a manifest names."""
    return (
        *(artifact for part in manifest.stores for artifact in part.artifacts),
        *manifest.tier_artifacts,
    )


def remove_leftovers(objects: Objects, backup: str) -> None:
    """Remove the pieces of a backup that was never published and never will be."""
    for key in objects.list_keys(f"{ARTIFACTS}/{backup}/"):
        objects.delete(key)
    objects.discard_uploads(f"{ARTIFACTS}/{backup}/")


def _readable(objects: Objects) -> list[Manifest]:
    manifests: list[Manifest] = []
    for number in catalog.list_numbers(objects):
        try:
            manifests.append(catalog.read_manifest(objects, number))
        except SeawallError:
            continue  # named by chain_faults
    return manifests
