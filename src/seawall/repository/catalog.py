"""The chain of manifests: the only catalog there is."""

from __future__ import annotations

import difflib
from contextlib import suppress
from dataclasses import replace

import msgspec
from blake3 import blake3

from seawall.errors import FindingsError, RefusedError, UsageError
from seawall.model.manifest import FORMAT, Manifest
from seawall.repository.failures import KeyTakenError, MissingObjectError
from seawall.repository.objects import Objects

MANIFESTS, COMMITS = "manifests/", "commits/"
# Each failed try means that another writer published: a thousand of them are no accident.
PUBLISH_ATTEMPTS = 1000


def manifest_key(number: int) -> str:
    """Where a manifest lies."""
    return f"{MANIFESTS}{number:08d}.json"


def commit_key(number: int) -> str:
    """The empty object that says its manifest is published."""
    return f"{COMMITS}{number:08d}"


def list_numbers(objects: Objects) -> list[int]:
    """Numbers of all manifests, in order."""
    return [int(key[len(MANIFESTS) :].removesuffix(".json")) for key in objects.list_keys(MANIFESTS)]


def list_commits(objects: Objects) -> list[int]:
    """Numbers of all commits, in order."""
    return [int(key[len(COMMITS) :]) for key in objects.list_keys(COMMITS)]


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
    content = read_bytes(objects, number)
    try:
        form = str(msgspec.json.decode(content)["format"])
    except (msgspec.DecodeError, KeyError, TypeError):
        raise _bad_manifest(number, "it is no manifest") from None
    if form != FORMAT:
        raise RefusedError(
            "SW-REPOSITORY-008",
            attempted=f"read {manifest_key(number)}",
            happened=f"its format is {form}, this version reads {FORMAT}.",
            hint="Use the version of Seawall that wrote it, or a newer one.",
        )
    try:
        return msgspec.json.decode(content, type=Manifest)
    except msgspec.ValidationError as error:
        raise _bad_manifest(number, f"it lacks a part ({error})") from None


def list_manifests(objects: Objects) -> list[Manifest]:
    """Every published backup, oldest first."""
    return [read_manifest(objects, each) for each in list_numbers(objects)]


def find_manifest(objects: Objects, backup: str) -> Manifest:
    """A published backup by its id; the newest where none is named.

    Raises:
        UsageError: SW-REPOSITORY-009 when there is none of that name, or none at all.
    """
    manifests = list_manifests(objects)
    for manifest in reversed(manifests):
        if backup in {"", manifest.id}:
            return manifest
    ids = [manifest.id for manifest in manifests]
    close = difflib.get_close_matches(backup, ids, n=1)
    raise UsageError(
        "SW-REPOSITORY-009",
        attempted=f"find backup {backup or '(the newest)'}",
        happened="the repository has no such backup." if ids else "the repository has no backup.",
        hint=f"Did you mean {close[0]}?" if close else "Run `seawall backups`, or `backup` first.",
    )


def publish(objects: Objects, draft: Manifest) -> Manifest:
    """Append a manifest whose pieces are all stored and read back.

    Another writer may publish at the same time: the number is taken by conditional put, and the
    loser chains itself to the winner.

    Raises:
        RefusedError: SW-REPOSITORY-010 when the number can never be taken.
    """
    commit_published(objects)
    for _ in range(PUBLISH_ATTEMPTS):
        number = max([*list_numbers(objects), 0]) + 1
        previous = blake3(read_bytes(objects, number - 1)).hexdigest() if number > 1 else ""
        manifest = replace(draft, number=number, previous=previous)
        content = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
        try:
            objects.put_new(manifest_key(number), content)
        except KeyTakenError:
            continue
        commit_published(objects)
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
    for number in set(list_numbers(objects)) - set(list_commits(objects)):
        with suppress(KeyTakenError):
            objects.put_new(commit_key(number), b"")


def _bad_manifest(number: int, what: str) -> FindingsError:
    return FindingsError(
        "SW-REPOSITORY-007",
        attempted=f"read {manifest_key(number)}",
        happened=f"{what}.",
        hint="Run `seawall verify` for the whole picture.",
    )
