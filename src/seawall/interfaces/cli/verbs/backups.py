"""`seawall backups`: what the repository holds."""

from __future__ import annotations

from dataclasses import dataclass

import click

from seawall.errors import UsageError
from seawall.interfaces.cli.call import Call
from seawall.interfaces.cli.manifest_answer import BackupAnswer, backup_answer
from seawall.interfaces.cli.table import Table
from seawall.interfaces.cli.verb import verb
from seawall.interfaces.cli.verbs.backup import backup_texts
from seawall.interfaces.report.quantities import instant, size
from seawall.model.quantity import count
from seawall.operations.backups import BackupLine, list_backups
from seawall.operations.vault import Vault, open_vault


@dataclass(frozen=True)
class BackupsAnswer:
    """Backups, oldest first.

    Attributes:
        backups: One line each.
        backup: The one that was named, whole; null for the list.
        recipe: How to open it without Seawall; empty unless it was asked for.
    """

    backups: tuple[BackupLine, ...]
    backup: BackupAnswer | None
    recipe: str


@verb(
    "backups",
    answer=BackupsAnswer,
    examples=("seawall backups", "seawall backups b-20261121-041530-7f3a --recipe"),
)
@click.argument("backup", metavar="[ID]", default="")
@click.option("--recipe", is_flag=True, help="Print how to open that backup without Seawall.")
def command(call: Call, backup: str, recipe: bool) -> int:
    """List backups, or show how to open one without Seawall.

    With an ID only that backup, with each of its stores.
    """
    if recipe and not backup:
        raise UsageError(
            "SW-CLI-004",
            attempted="print a recipe",
            happened="a recipe opens one backup, and none is named.",
            hint="Run `seawall backups` for their names, then `seawall backups ID --recipe`.",
        )
    work = call.open_work()
    vault = open_vault(work.tier, work.surroundings)
    return _show_one(call, vault, backup, recipe) if backup else _show_all(call, vault)


def _show_all(call: Call, vault: Vault) -> int:
    lines = list_backups(vault)
    if not lines:
        call.tell("there is no backup yet; run `seawall backup`")
    call.answer(BackupsAnswer(tuple(lines), None, ""), _table(lines))
    return 0


def _show_one(call: Call, vault: Vault, backup: str, recipe: bool) -> int:
    manifest = vault.manifest(backup)
    (line,) = (each for each in list_backups(vault) if each.id == manifest.id)
    text = vault.recipe(manifest) if recipe else ""
    answer = BackupsAnswer((line,), backup_answer(manifest), text)
    if recipe:
        call.answer(answer, text)
    else:
        call.answer(answer, *backup_texts(manifest))
    return 0


def _table(lines: list[BackupLine]) -> Table:
    return Table(
        ("backup", "point", "grade", "stores", ">records", ">size", ">stored", "builds on"),
        [
            (
                each.id,
                instant(each.taken_at, "seconds"),
                each.grade,
                ", ".join(each.stores),
                count(each.records) if each.records >= 0 else "not known",
                size(each.bytes),
                size(each.stored_bytes),
                ", ".join(each.builds_on) or "nothing",
            )
            for each in lines
        ],
    )
