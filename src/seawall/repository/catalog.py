"""The chain of manifests: the only catalog there is."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Final

import msgspec
from blake3 import blake3

from seawall.errors import FindingsError, RefusedError, SeawallError, UsageError
from seawall.model.artifact import Artifact
from seawall.model.manifest import FORMAT, Manifest
from seawall.model.quantity import count
from seawall.repository.failures import KeyTakenError, MissingObjectError
from seawall.repository.objects import Objects

MANIFESTS: Final = "manifests/"
COMMITS: Final = "commits/"
# Each failed try means that another writer published: a hundred of them are no accident.
PUBLISH_ATTEMPTS: Final = 100
# Made once, before any thread: msgspec crashes when several ask it for a type for the first time.
_decode = msgspec.json.Decoder(Manifest).decode
_NUMBER = re.compile(r"(?:manifests/(\d{8,})\.json|commits/(\d{8,}))")


def manifest_key(number: int) -> str:
    """Where a manifest lies."""
    return f"{MANIFESTS}{number:08d}.json"


def commit_key(number: int) -> str:
    """The empty object that says its manifest is published."""
    return f"{COMMITS}{number:08d}"


def list_numbers(objects: Objects) -> list[int]:
    """Numbers of all manifests, in order."""
    return _numbers(objects.list_keys(MANIFESTS))


def list_commits(objects: Objects) -> list[int]:
    """Numbers of all commits, in order."""
    return _numbers(objects.list_keys(COMMITS))


def list_strangers(objects: Objects) -> list[str]:
    """Keys among manifests and commits that are neither."""
    keys = (*objects.list_keys(MANIFESTS), *objects.list_keys(COMMITS))
    return [key for key in keys if not _NUMBER.fullmatch(key)]


def all_artifacts(manifest: Manifest) -> tuple[Artifact, ...]:
    """Every piece a manifest names."""
    parts = (artifact for part in manifest.stores for artifact in part.artifacts)
    return (*parts, *manifest.tier_artifacts)


def read_bytes(objects: Objects, number: int) -> bytes:
    """A manifest as it is stored.

    Raises:
        FindingsError: SW-REPOSITORY-007 when it is missing.
    """
    try:
        return b"".join(objects.get_stream(manifest_key(number)))
    except MissingObjectError:
        raise _bad_manifest(number, "it is missing") from None


def read_manifest(objects: Objects, number: int) -> Manifest:
    """A manifest by its number.

    Raises:
        FindingsError: SW-REPOSITORY-007 when it is missing or no manifest.
        RefusedError: SW-REPOSITORY-008 when a newer version of Seawall wrote it.
    """
    return decode_manifest(read_bytes(objects, number), number)


def decode_manifest(content: bytes, number: int) -> Manifest:
    """A manifest from its stored bytes; the same errors as `read_manifest`."""
    try:
        form = str(msgspec.json.decode(content)["format"])
    except (ValueError, KeyError, TypeError):
        raise _bad_manifest(number, "it is no manifest") from None
    if form != FORMAT:
        raise RefusedError(
            "SW-REPOSITORY-008",
            attempted=f"read {manifest_key(number)}",
            happened=f"its format is {form}, this version reads {FORMAT}.",
            hint="Use the version of Seawall that wrote it, or a newer one.",
        )
    try:
        return _decode(content)
    except msgspec.ValidationError as error:
        raise _bad_manifest(number, f"it lacks a part ({error})") from None


def list_manifests(objects: Objects) -> list[Manifest]:
    """Every published backup, oldest first.

    Raises:
        FindingsError: SW-REPOSITORY-007 when one of them is damaged.
        RefusedError: SW-REPOSITORY-008 when a newer version of Seawall wrote one.
    """
    return [read_manifest(objects, each) for each in list_numbers(objects)]


def newest_first(objects: Objects, before: int | None = None) -> Iterator[Manifest]:
    """Published backups that can be read, newest first; one is read when it is asked for.

    Args:
        objects: The repository.
        before: Only those with a smaller number.
    """
    for number in reversed(list_numbers(objects)):
        if before is None or number < before:
            with suppress(FindingsError, RefusedError):
                yield read_manifest(objects, number)


def find_manifest(objects: Objects, backup: str) -> Manifest:
    """A published backup by its id or number; the newest where none is named.

    A damaged manifest hides no other one, but the newest is never silently an older one.

    Raises:
        UsageError: SW-REPOSITORY-009 when there is none of that name, or none at all.
        FindingsError: SW-REPOSITORY-007 when it is damaged, or may be a damaged one.
    """
    ids: list[str] = []
    damage: SeawallError | None = None
    for number in reversed(list_numbers(objects)):
        try:
            manifest = read_manifest(objects, number)
        except (FindingsError, RefusedError) as error:
            if backup in {"", str(number)}:
                raise
            damage = damage or error
            continue
        if backup in {"", manifest.id, str(number)}:
            return manifest
        ids.append(manifest.id)
    if damage:
        raise damage
    raise _unknown(backup, ids)


def publish(objects: Objects, draft: Manifest) -> Manifest:
    """Append a manifest whose pieces are all stored and were read back (`sink.read_back`).

    Another writer may publish at the same time: the number is taken by conditional put, and the
    loser chains itself to the winner. A number that was lost is never given again.

    Raises:
        FindingsError: SW-REPOSITORY-004 when a piece is not there.
        RefusedError: SW-REPOSITORY-010 when the number can never be taken.
    """
    _require_pieces(objects, draft)
    commit_published(objects)
    for _ in range(PUBLISH_ATTEMPTS):
        # In this order the manifest of every commit is in the second list, unless it was lost.
        commits, numbers = list_commits(objects), list_numbers(objects)
        number = max([0, *numbers, *commits]) + 1
        previous = blake3(read_bytes(objects, numbers[-1])).hexdigest() if numbers else ""
        manifest = replace(draft, format=FORMAT, number=number, previous=previous)
        content = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
        try:
            objects.put_new(manifest_key(number), content)
        except KeyTakenError:
            if read_bytes(objects, number) != content:
                continue  # another writer's; an own put may have succeeded unnoticed
        with suppress(KeyTakenError):
            objects.put_new(commit_key(number), b"")
        return manifest
    raise RefusedError(
        "SW-REPOSITORY-010",
        attempted="publish the backup",
        happened="other writers took every number first.",
        hint="Is the repository shared by more applications than this one?",
    )


def commit_published(objects: Objects) -> None:
    """Commit every manifest that has none: a killed writer may have left its own without.

    A manifest is put only after everything it names was read back, so it is whole.
    """
    for number in sorted(set(list_numbers(objects)) - set(list_commits(objects))):
        with suppress(KeyTakenError):
            objects.put_new(commit_key(number), b"")


def _numbers(keys: tuple[str, ...]) -> list[int]:
    return sorted(int(found[1] or found[2]) for found in map(_NUMBER.fullmatch, keys) if found)


def _require_pieces(objects: Objects, draft: Manifest) -> None:
    for fault in absent_pieces(objects, all_artifacts(draft)):
        raise FindingsError(
            "SW-REPOSITORY-004",
            attempted=f"publish {draft.id}",
            happened=f"{fault}.",
            hint="Nothing was published: back up again.",
        )


def absent_pieces(objects: Objects, artifacts: Iterable[Artifact]) -> Iterator[str]:
    """Pieces that are missing or of another size, one sentence each; none of them is read."""
    for artifact in artifacts:
        try:
            size = objects.size(artifact.key)
        except MissingObjectError:
            yield f"{artifact.key} is missing"
        else:
            if size != artifact.stored_bytes:
                sizes = f"{count(size, 'byte')} instead of {count(artifact.stored_bytes)}"
                yield f"{artifact.key} has {sizes}"


def _bad_manifest(number: int, what: str) -> FindingsError:
    return FindingsError(
        "SW-REPOSITORY-007",
        attempted=f"read {manifest_key(number)}",
        happened=f"{what}.",
        hint="Run `seawall verify` for the whole picture.",
    )


def _unknown(backup: str, ids: list[str]) -> UsageError:
    close = difflib.get_close_matches(backup, ids, n=3, cutoff=0.6)
    named = f"Did you mean {' or '.join(close)}?"
    return UsageError(
        "SW-REPOSITORY-009",
        attempted=f"find backup {backup or '(the newest)'}",
        happened="the repository has no such backup." if ids else "the repository has no backup.",
        hint=named if close else "Run `seawall backups`, or `seawall backup` first.",
    )
