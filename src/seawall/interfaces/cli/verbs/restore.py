"""`seawall restore`: stores come back."""

from __future__ import annotations

from functools import partial

import click

from seawall.datafile.secrets import resolve
from seawall.errors import RefusedError, UsageError
from seawall.interfaces.cli.asking import agree_or_refuse, confirm_name
from seawall.interfaces.cli.call import Call
from seawall.interfaces.cli.table import Table, write_table
from seawall.interfaces.cli.verb import verb
from seawall.interfaces.cli.verbs.check import left_out_table, link_table
from seawall.interfaces.report.quantities import duration, instant
from seawall.model.quantity import count
from seawall.model.tier import SecretRef
from seawall.operations.links import CheckedLinks
from seawall.operations.recovery import Recovery
from seawall.operations.restore import (
    RestoreReport,
    find_replacement,
    restore_here,
    restore_into,
)
from seawall.operations.vault import open_vault
from seawall.operations.workplace import parse_location

UNCONFIRMED = "SW-TIER-005"


@verb(
    "restore",
    answer=RestoreReport,
    examples=(
        "seawall restore --confirm shop",
        "seawall restore b-20261121-041530-7f3a --store orders --confirm orders",
        "seawall restore --store orders --into env://NEW_ORDERS_URL",
    ),
)
@click.argument("backup", metavar="[ID]", default="")
@click.option("--store", "stores", multiple=True, help="Only this store; may be given again.")
@click.option("--into", metavar="URL", help="A server to restore one store into; env://NAME works.")
@click.option("--confirm", metavar="NAME", default="", help="Name of what is replaced.")
def command(
    call: Call, backup: str, stores: tuple[str, ...], into: str | None, confirm: str
) -> int:
    """Bring stores back from a backup.

    From the newest one, or the one with that ID. Local servers are rebuilt beside their old data,
    which is replaced only at the end, and only after its name was confirmed: the store's for one
    store, the app's for several. Links that the restore would leave broken are counted first.
    """
    work = call.open_work(changes=True)
    vault = open_vault(work.tier, work.surroundings)
    with call.progress() as progress:
        recovery = Recovery(work, vault, vault.manifest(backup), progress)
        if into is None:
            report = _restore_here(call, recovery, stores, confirm)
        else:
            report = _restore_into(call, recovery, stores, into, confirm)
    call.answer(report, *_for_people(report))
    return 0


def _restore_here(
    call: Call, recovery: Recovery, stores: tuple[str, ...], confirm: str
) -> RestoreReport:
    replacement = find_replacement(recovery, stores)
    if replacement and not confirm:
        confirm = confirm_name(call, replacement.act, replacement.name, confirm)
    return restore_here(recovery, stores, confirm, partial(_agree, call))


def _restore_into(
    call: Call, recovery: Recovery, stores: tuple[str, ...], into: str, confirm: str
) -> RestoreReport:
    if len(stores) != 1:
        raise UsageError(
            "SW-CLI-004",
            attempted="restore into another server",
            happened=f"`--into` takes one store, and {len(stores) or 'none'} is named.",
            hint="Add `--store NAME`.",
        )
    reference = read_reference(into)
    url = resolve(reference).reveal() if reference else into
    location = parse_location(url, str(reference or "--into"))
    if location.password and not reference:
        call.tell(
            "a password on the command line is seen by every user; `--into env://NAME` is not"
        )
    try:
        return restore_into(recovery, stores[0], location, confirm)
    except RefusedError as error:
        if error.code != UNCONFIRMED or confirm or not call.may_ask:
            raise
    confirm_name(call, f"overwrite {location.shown()}", stores[0], "")
    return restore_into(recovery, stores[0], location, stores[0])


def _agree(call: Call, crossing: CheckedLinks) -> None:
    """Show what the restore would leave broken, and have it agreed to."""
    if not (crossing.links or crossing.not_checked):
        return
    told = f"{count(crossing.broken, 'broken record')} in links to stores that stay as they are"
    tables = (link_table(crossing.links), left_out_table(crossing.not_checked))
    with call.quiet():
        call.tell(told)
        for table in tables:
            if table.rows:
                call.screen.say(write_table(table, call.screen.draws_err))
    if crossing.broken:
        agree_or_refuse(call, "restore", "Put the restored data in place all the same?")


def read_reference(text: str) -> SecretRef | None:
    """A secret's reference as the file writes it; None for anything else."""
    scheme, _, path = text.partition("://")
    return SecretRef(scheme, path, "--into") if scheme in {"env", "file"} else None


def _for_people(report: RestoreReport) -> tuple[Table | str, ...]:
    stores = Table(
        ("store", "engine", "method", "now at", ">time"),
        [
            (each.store, each.engine, each.method, each.target, duration(each.seconds))
            for each in report.stores
        ],
    )
    line = (
        f"{report.backup} of {instant(report.taken_at)} is back in {duration(report.rto_seconds)}"
    )
    broken = link_table([link for link in report.links if link.broken])
    return stores, broken, left_out_table(report.not_checked), line
