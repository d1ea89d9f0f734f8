"""`seawall up`: real servers on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import click

from seawall.interfaces.cli.call import Call
from seawall.interfaces.cli.table import Table
from seawall.interfaces.cli.verb import verb
from seawall.operations.up import ServerState, start_tier


@dataclass(frozen=True)
class UpAnswer:
    """The servers after the verb.

    Attributes:
        stores: In the file's order.
    """

    stores: tuple[ServerState, ...]


@verb("up", answer=UpAnswer, examples=("seawall up", "seawall up orders -o json"))
@click.argument("stores", nargs=-1)
def command(call: Call, stores: tuple[str, ...]) -> int:
    """Start real servers on this machine for the file's stores.

    All of them, or those that are named. A store with a url is never started. Data that exists is
    kept; a server that runs already is left alone.
    """
    work = call.open_work(changes=True)
    with call.progress() as progress:
        states = start_tier(work, stores, progress)
    call.answer(UpAnswer(tuple(states)), server_table(states))
    return 0


def server_table(states: Sequence[ServerState]) -> Table:
    """One line per server."""
    return Table(
        ("store", "engine", "state", "address", "version", "provider"),
        [
            (each.store, each.engine, each.state, each.address, each.version, each.provider)
            for each in states
        ],
    )
