"""The repository as the verbs use it: opened with its keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from seawall import registry
from seawall.capabilities import RESTORE
from seawall.datafile.secrets import resolve
from seawall.errors import RefusedError, UsageError
from seawall.model.artifact import Artifact
from seawall.model.manifest import Earlier, Manifest, StoreBackup
from seawall.model.progress import Progress
from seawall.model.secret import Secret
from seawall.model.surroundings import Surroundings
from seawall.model.tier import Tier
from seawall.operations.place import is_sent_in_the_clear, to_place
from seawall.repository import catalog, keys
from seawall.repository.earlier import find_earlier, refuse_lost
from seawall.repository.metered import MeteredObjects
from seawall.repository.objects import Objects, Place, create_objects
from seawall.repository.pieces import StoredPieces
from seawall.repository.recipe import recipe_lines
from seawall.repository.sink import ArtifactSink, piece_fault, read_back
from seawall.repository.verify import (
    Integrity,
    chain_faults,
    remove_leftovers,
    verify_repository,
)

# No store can be called so: a store's name starts with a letter.
TIER = "_tier"


@dataclass(frozen=True)
class Vault:
    """An opened repository.

    Attributes:
        place: Where it lies, for recipes.
        objects: The object store.
        recipients: Whom new pieces are encrypted for.
        identity: Opens pieces; None where it cannot be read here.
        warnings: What its user should mend, one sentence each.
    """

    place: Place
    objects: Objects
    recipients: tuple[str, ...]
    identity: Secret | None
    warnings: tuple[str, ...]

    def metered(self, progress: Progress, what: str) -> Vault:
        """The same repository, whose bytes are told as those of `what` while they pass."""
        return replace(self, objects=MeteredObjects(self.objects, progress, what))

    def check_keys(self) -> None:
        """Notice a missing or wrong key before anything is backed up.

        Raises:
            RefusedError: SW-KEY-001 for a wrong one, SW-KEY-005 for a missing one.
        """
        if self.identity is None:
            raise missing_identity("back up")
        keys.check_keys(self.recipients, self.identity)

    def sink(self, backup: str, store: str) -> ArtifactSink:
        """Where one store's pieces go."""
        return ArtifactSink(self.objects, backup, store, self.recipients)

    def pieces(self, manifest: Manifest, part: StoreBackup) -> StoredPieces:
        """One store's pieces.

        Raises:
            RefusedError: SW-KEY-005 when they are encrypted and no identity can be read here,
                SW-KEY-001 when it is not one of those they are encrypted for.
        """
        identity = self._identity_for(manifest.id, manifest.recipients)

        def open_earlier() -> list[StoredPieces]:
            return [
                StoredPieces(
                    self.objects,
                    each.part.bases,
                    self._identity_for(each.backup, each.recipients),
                    needed_by=f" of {each.backup}, on which {manifest.id} builds",
                )
                for each in self.earlier(manifest, part)
            ]

        return StoredPieces(self.objects, part.artifacts, identity, open_earlier)

    def tier_pieces(self, manifest: Manifest) -> StoredPieces:
        """The pieces that belong to no store."""
        identity = self._identity_for(manifest.id, manifest.recipients)
        return StoredPieces(self.objects, manifest.tier_artifacts, identity)

    def earlier(self, manifest: Manifest, part: StoreBackup) -> tuple[Earlier, ...]:
        """The backups that one store's part of a backup builds on, oldest first.

        Raises:
            FindingsError: SW-BACKUP-013 when one of them is not in the repository.
        """
        return find_earlier(self.objects, manifest, part)

    def refuse_lost(self, manifest: Manifest, part: StoreBackup) -> None:
        """Notice, without reading it, that a piece is gone of what one store's part builds on.

        Raises:
            FindingsError: SW-BACKUP-013 for the first one.
        """
        refuse_lost(self.objects, manifest.id, self.earlier(manifest, part))

    def read_back(self, artifacts: tuple[Artifact, ...]) -> None:
        """Read stored pieces and compare their hashes."""
        read_back(self.objects, artifacts)

    def publish(self, draft: Manifest) -> Manifest:
        """Append a backup to the catalog."""
        return catalog.publish(self.objects, draft)

    def manifests(self) -> list[Manifest]:
        """Every backup, oldest first."""
        return catalog.list_manifests(self.objects)

    def newest_first(self) -> Iterator[Manifest]:
        """Every backup that can be read, newest first; read one by one."""
        return catalog.newest_first(self.objects)

    def manifest(self, backup: str) -> Manifest:
        """One backup by its id, the newest where none is named."""
        return catalog.find_manifest(self.objects, backup)

    def chain_faults(self) -> tuple[str, ...]:
        """What is wrong with the chain of manifests."""
        return tuple(chain_faults(self.objects))

    def piece_faults(self, artifacts: tuple[Artifact, ...]) -> tuple[str, ...]:
        """What is wrong with stored pieces; each is read."""
        return tuple(filter(None, (piece_fault(self.objects, each) for each in artifacts)))

    def absent_pieces(self, artifacts: Iterable[Artifact]) -> tuple[str, ...]:
        """Pieces that are missing or of another size; none is read."""
        return tuple(catalog.absent_pieces(self.objects, artifacts))

    def verify(self) -> Integrity:
        """Read every stored byte."""
        return verify_repository(self.objects)

    def recipe(self, manifest: Manifest) -> str:
        """The commands that open a backup without Seawall."""
        steps = {
            part.store: registry.load(part.engine)
            .standalone(RESTORE, part.method)
            .recipe(part.cut, part.details)
            for part in manifest.stores
        }
        foundations = {part.store: self.earlier(manifest, part) for part in manifest.stores}
        return "\n".join(recipe_lines(manifest, self.place, steps, foundations)) + "\n"

    def discard(self, backup: str) -> None:
        """Remove what a backup has stored, unless it was published."""
        if backup not in {manifest.id for manifest in self.manifests()}:
            remove_leftovers(self.objects, backup)

    def _identity_for(self, backup: str, recipients: tuple[str, ...]) -> str:
        """What opens a backup's pieces; empty for pieces in the clear."""
        if not recipients:
            return ""
        if self.identity is None:
            raise missing_identity(f"open {backup}")
        _refuse_wrong_identity(backup, recipients, self.identity)
        return self.identity.reveal()


def open_vault(tier: Tier, surroundings: Surroundings) -> Vault:
    """Open the tier's repository with the keys that can be read here.

    Raises:
        UnreachableError: SW-REPOSITORY-001 when it cannot be reached; for a bucket also -014 to
            -020 and -022, by its cause.
        UsageError: When the login of a bucket cannot be read (`to_place`).
    """
    settings = tier.repository
    warnings: list[str] = []
    if settings.is_default:
        warnings.append("the repository lies on the same disk as the data: name another place")
    identity = _read_identity(tier, surroundings, warnings)
    recipients = settings.recipients
    if not recipients and identity:
        recipients = (keys.recipient_of(identity),)
    if len(recipients) == 1:
        warnings.append("one recipient only: when its key is lost, so is every backup")
    place = to_place(settings.url, settings.store, surroundings)
    if is_sent_in_the_clear(place):
        warnings.append(f"requests to {settings.store.endpoint} are not encrypted: use https://")
    objects = create_objects(place)
    return Vault(place, objects, recipients, identity, tuple(warnings))


def key_path(tier: Tier, surroundings: Surroundings) -> Path:
    """Where the app's own identity lies when the file names none."""
    return surroundings.keys / tier.app


@dataclass(frozen=True)
class Key:
    """An age identity on this machine: where it is, and its public half."""

    path: Path
    recipient: str


def create_key(tier: Tier, surroundings: Surroundings) -> Key:
    """Make the app's identity where it does not exist yet."""
    path = key_path(tier, surroundings)
    if not path.exists():
        return Key(path, keys.create_identity(path))
    return Key(path, keys.recipient_of(keys.read_identity(path.read_text(), str(path))))


def missing_identity(act: str) -> RefusedError:
    """The error of a verb that needs an identity and has none."""
    return RefusedError(
        "SW-KEY-005",
        attempted=act,
        happened="the age identity that opens the backups cannot be read here.",
        hint="Name it as `repository.identity`, or put it back where `seawall init` wrote it.",
    )


def _refuse_wrong_identity(backup: str, recipients: tuple[str, ...], identity: Secret) -> None:
    """Before anything is started: a wrong key must not look like a bad backup."""
    if not keys.opens(identity, recipients):
        raise RefusedError(
            "SW-KEY-001",
            attempted=f"open {backup}",
            happened="it is encrypted for none of the identities here.",
            hint="Name the right one as `repository.identity`; the backup itself may be good.",
        )


def _read_identity(tier: Tier, surroundings: Surroundings, warnings: list[str]) -> Secret | None:
    """The identity, from the file's reference or the app's key file; None where there is none."""
    reference = tier.repository.identity
    if reference is not None:
        try:
            return keys.read_identity(resolve(reference).reveal(), str(reference))
        except UsageError:
            return None  # said by the verbs that need it; a list of backups does not
    path = key_path(tier, surroundings)
    if not path.is_file():
        return None
    if keys.is_open_to_others(path):
        warnings.append(f"others may read the key {path}: run `chmod 600 {path}`")
    return keys.read_identity(path.read_text(), str(path))
