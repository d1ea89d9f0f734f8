"""What increments build on: earlier backups without which they cannot be restored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seawall.errors import FindingsError
from seawall.model.manifest import Earlier, Manifest, StoreBackup
from seawall.repository import catalog
from seawall.repository.objects import Objects


def find_earlier(objects: Objects, manifest: Manifest, part: StoreBackup) -> tuple[Earlier, ...]:
    """The backups that one store's part of a backup builds on, oldest first: that one is whole.

    Raises:
        FindingsError: SW-BACKUP-013 when one is not in the repository, or cannot be read.
    """
    if not part.builds_on:
        return ()
    return _trace(catalog.newest_first(objects, manifest.number), manifest.id, part)


def refuse_lost(objects: Objects, backup: str, earlier: Iterable[Earlier]) -> None:
    """Notice before anything is written that a piece of an earlier backup is gone; reads none.

    Raises:
        FindingsError: SW-BACKUP-013 for the first one that is missing or of another size.
    """
    for each in earlier:
        for fault in catalog.absent_pieces(objects, each.part.bases):
            raise _lost(backup, each.part.store, f"it builds on {each.backup}, and {fault}")


def earlier_faults(manifests: list[Manifest], damaged: set[str]) -> Iterator[str]:
    """Backups that cannot be restored because of an earlier one.

    Args:
        manifests: All that can be read, oldest first.
        damaged: Keys of pieces that are not what their manifest says.
    """
    for place, manifest in enumerate(manifests):
        for part in manifest.stores:
            try:
                earlier = _trace(reversed(manifests[:place]), manifest.id, part)
            except FindingsError as error:
                yield f"store {part.store} of {manifest.id}: {error.happened.removesuffix('.')}"
                continue
            for each in earlier:
                if damaged.intersection(piece.key for piece in each.part.bases):
                    said = f"it builds on {each.backup}, which is damaged"
                    yield f"store {part.store} of {manifest.id}: {said}"


def _trace(before: Iterable[Manifest], backup: str, part: StoreBackup) -> tuple[Earlier, ...]:
    """Follow a backup back to its whole copy.

    Args:
        before: What was written before it, newest first.
        backup: Its id.
        part: The store's part of it.
    """
    found: list[Earlier] = []
    for manifest in before:
        if not part.builds_on:
            break
        held = [each for each in manifest.stores if each.store == part.store]
        if manifest.id == part.builds_on and held:
            (part,) = held
            found.append(Earlier(manifest.id, manifest.recipients, part))
    if part.builds_on:
        names = [*(each.backup for each in found), part.builds_on]
        said = f"it builds on {', that on '.join(names)}, of which no readable manifest is here"
        raise _lost(backup, part.store, said)
    return tuple(reversed(found))


def _lost(backup: str, store: str, what: str) -> FindingsError:
    return FindingsError(
        "SW-BACKUP-013",
        attempted=f"bring back store `{store}` of {backup}",
        happened=f"{what}.",
        hint="Run `seawall verify`, and restore a backup that does not build on it.",
    )
