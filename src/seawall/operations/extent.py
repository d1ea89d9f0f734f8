"""How much of a store a backup copies: all of it, or what changed since an earlier backup."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

from seawall.capabilities import BACKUP, INCREMENT
from seawall.capabilities.backup import BackupSession
from seawall.capabilities.increment import Increment
from seawall.capabilities.server import OpenSandbox
from seawall.capability import Engine
from seawall.errors import FindingsError, RefusedError
from seawall.model.manifest import Earlier, Manifest, StoreBackup
from seawall.operations.vault import Vault

# A restore applies one after another, and one lost piece loses all that build on it: enough for an
# hourly backup between two nightly whole ones.
MOST_INCREMENTS: Final = 24
# How far back an earlier backup is looked for; each step reads one manifest.
LOOKED_AT: Final = 50


@dataclass(frozen=True)
class Extent:
    """What is copied of one store, and how.

    Attributes:
        method: Offer that copies it, with format version.
        open: Begins the backup.
        passed_over: Why each better offer was not used.
        builds_on: Id of the earlier backup that will be needed; empty for a whole copy.
        copied_whole: Why it is a whole copy although only changes were asked for.
    """

    method: str
    open: Callable[[Path, OpenSandbox], AbstractContextManager[BackupSession]]
    passed_over: tuple[str, ...]
    builds_on: str = ""
    copied_whole: str = ""


ChooseExtent = Callable[[str, Engine[Any], Any], Extent]
"""Takes a store's name, its engine and a client."""


def copy_whole(store: str, engine: Engine[Any], client: Any) -> Extent:
    """All of a store."""
    del store
    chosen = engine.choose(BACKUP, client)
    return Extent(chosen.method, chosen.implementation.open, chosen.passed_over)


def copy_changes(vault: Vault, app: str) -> ChooseExtent:
    """What changed since the newest backup that can be built on; all of a store without one.

    Args:
        vault: Holds the earlier backups.
        app: Whose they must be.
    """
    newest_first = [each for each in islice(vault.newest_first(), LOOKED_AT) if each.app == app]

    def choose(store: str, engine: Engine[Any], client: Any) -> Extent:
        try:
            chosen = engine.choose(INCREMENT, client)
        except RefusedError as error:
            why = error.happened
        else:
            found = _find(vault, newest_first, store, engine.name, chosen.implementation)
            if isinstance(found, Earlier):
                begin = partial(chosen.implementation.open, found.part)
                return Extent(chosen.method, begin, chosen.passed_over, found.backup)
            why = found
        return replace(copy_whole(store, engine, client), copied_whole=why)

    return choose


def _find(
    vault: Vault, newest_first: list[Manifest], store: str, engine: str, increment: Increment
) -> Earlier | str:
    """The newest backup that can be built on, or why the newest of all cannot be."""
    whys: list[str] = []
    for manifest, part in _held(newest_first, store, engine):
        found = Earlier(manifest.id, manifest.recipients, part)
        try:
            foundation = (*vault.earlier(manifest, part), found)
        except FindingsError as error:
            whys.append(f"{manifest.id}: {error.happened}")
            continue
        if len(foundation) > MOST_INCREMENTS:
            return (
                f"{manifest.id}: it is the end of {MOST_INCREMENTS} increments. A restore applies"
                " one after another, and needs all of them."
            )
        why = _lost(vault, foundation) or increment.refusal(part)
        if not why:
            return found
        whys.append(f"{manifest.id}: {why}")
    return next(iter(whys), "there is no earlier backup of it here.")


def _held(
    newest_first: list[Manifest], store: str, engine: str
) -> Iterator[tuple[Manifest, StoreBackup]]:
    for manifest in newest_first:
        for part in manifest.stores:
            if (part.store, part.engine) == (store, engine):
                yield manifest, part


def _lost(vault: Vault, foundation: tuple[Earlier, ...]) -> str:
    """Why whoever opens the new backup could not open all that it builds on."""
    for each in foundation:
        if not set(vault.recipients) <= set(each.recipients):
            return f"{each.backup} is not encrypted for all recipients of today."
        for fault in vault.absent_pieces(each.part.bases):
            return f"{fault}."
    return ""
