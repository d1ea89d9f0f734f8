"""`seawall backup`: all stores to one exact point."""

from __future__ import annotations

import click

from seawall.interfaces.cli.call import Call
from seawall.interfaces.cli.manifest_answer import BackupAnswer, backup_answer
from seawall.interfaces.cli.table import Table
from seawall.interfaces.cli.verb import verb
from seawall.interfaces.report.quantities import duration, instant, milliseconds, size
from seawall.interfaces.report.shown import show_sentence
from seawall.model.manifest import Manifest
from seawall.model.quantity import count
from seawall.operations.backup import back_up
from seawall.operations.extent import copy_changes, copy_whole
from seawall.operations.init import open_first_vault


@verb("backup", answer=BackupAnswer, examples=("seawall backup", "seawall backup --incremental"))
@click.option(
    "--incremental",
    is_flag=True,
    help="Copy only what changed since the last backup, of stores whose engine can.",
)
def command(call: Call, incremental: bool) -> int:
    """Back up all stores to one exact point, while writers run.

    A backup exists only when everything in it was stored and read back: all stores or none.
    """
    work = call.open_work(changes=True)
    vault, new_key = open_first_vault(work.tier, work.surroundings)
    if new_key:
        call.tell(f"made the key of its backups, {new_key.path}")
        call.tell("copy it to another place now: without it no backup can be opened")
    for warning in vault.warnings:
        call.tell(f"warning: {warning}")
    with call.progress() as progress:
        choose = copy_changes(vault, work.tier.app) if incremental else copy_whole
        manifest = back_up(work, vault, progress, choose)
    call.answer(backup_answer(manifest), *backup_texts(manifest))
    return 0


def backup_texts(manifest: Manifest) -> tuple[str | Table, ...]:
    """A backup for people."""
    return (backup_line(manifest), store_table(manifest), _extents(manifest))


def backup_line(manifest: Manifest) -> str:
    """The backup's name and the instant it restores to."""
    point = manifest.point
    left_out = f"\nNot in it: {', '.join(manifest.not_backed_up)}" if manifest.not_backed_up else ""
    return (
        f"{manifest.id}: {point.grade.value} at {instant(point.taken_at)}, writers held for"
        f" {milliseconds(point.hold_ms)}{left_out}"
    )


def _extents(manifest: Manifest) -> str:
    """On what stores build, and why others were copied whole; empty where nobody asked."""
    builds = [
        f"{part.store}: what changed since {part.builds_on}, without which it cannot be restored"
        for part in manifest.stores
        if part.builds_on
    ]
    whole = [
        f"{part.store}: copied whole: {part.copied_whole}"
        for part in manifest.stores
        if part.copied_whole
    ]
    return "\n".join(map(show_sentence, (*builds, *whole)))


def store_table(manifest: Manifest) -> Table:
    """One line per store."""
    return Table(
        ("store", "engine", "method", ">records", ">size", ">stored", ">time"),
        [
            (
                part.store,
                f"{part.engine} {part.server_version}",
                part.method,
                count(part.records) if part.records >= 0 else "not fingerprinted",
                size(part.plain_bytes),
                size(part.stored_bytes),
                duration(round(sum(phase.seconds for phase in part.phases), 2)),
            )
            for part in manifest.stores
        ],
    )
