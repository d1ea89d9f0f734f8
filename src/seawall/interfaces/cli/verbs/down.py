"""`seawall down`: stop the servers, or destroy them with their data."""

from __future__ import annotations

from dataclasses import dataclass

import click

from seawall.interfaces.cli.asking import confirm_name
from seawall.interfaces.cli.call import Call
from seawall.interfaces.cli.table import Table
from seawall.interfaces.cli.verb import verb
from seawall.interfaces.cli.verbs.up import server_table
from seawall.interfaces.report.quantities import size
from seawall.operations.up import ServerState, destroy_tier, list_data, stop_tier
from seawall.operations.workplace import Workplace


@dataclass(frozen=True)
class Loss:
    """Data that was destroyed.

    Attributes:
        store: Whose.
        bytes: On disk, before.
    """

    store: str
    bytes: int


@dataclass(frozen=True)
class DownAnswer:
    """The servers after the verb.

    Attributes:
        stores: In the file's order.
        lost: What was destroyed; empty without `--destroy`.
    """

    stores: tuple[ServerState, ...]
    lost: tuple[Loss, ...]


@verb(
    "down",
    answer=DownAnswer,
    examples=("seawall down", "seawall down orders", "seawall down --destroy --confirm shop"),
)
@click.argument("stores", nargs=-1)
@click.option("--destroy", is_flag=True, help="Destroy their data too; backups and keys stay.")
@click.option("--confirm", metavar="APP", default="", help="The app's name, instead of typing it.")
def command(call: Call, stores: tuple[str, ...], destroy: bool, confirm: str) -> int:
    """Stop them; their data stays unless it is to be destroyed.

    All of them, or those that are named. A store with a url is never stopped. The repository and
    the keys are never touched.
    """
    work = call.open_work(changes=True)
    if destroy:
        return _destroy(call, work, stores, confirm)
    states = stop_tier(work, stores)
    call.answer(DownAnswer(tuple(states), ()), server_table(states))
    return 0


def _destroy(call: Call, work: Workplace, stores: tuple[str, ...], confirm: str) -> int:
    lost = [Loss(*each) for each in list_data(work, stores)]
    if lost:
        call.tell("this destroys, for good:")
        for loss in lost:
            call.tell(f"  {loss.store}  {size(loss.bytes)}")
        names = ", ".join(loss.store for loss in lost)
        confirm_name(call, f"destroy the data of {names}", work.tier.app, confirm)
    states = destroy_tier(work, stores)
    table = Table(("lost", ">size"), [(loss.store, size(loss.bytes)) for loss in lost])
    call.answer(DownAnswer(tuple(states), tuple(lost)), server_table(states), table)
    return 0
