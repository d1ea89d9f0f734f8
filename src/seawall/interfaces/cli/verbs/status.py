"""`seawall status`: one line of vital signs per store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seawall.interfaces.cli.call import Call
from seawall.interfaces.cli.table import Table
from seawall.interfaces.cli.verb import verb
from seawall.interfaces.report.quantities import duration, size
from seawall.model.vitals import Vitals
from seawall.operations.status import StoreStatus, read_status

UNREACHABLE, PARTIAL = 3, 5


@dataclass(frozen=True)
class StatusRow:
    """One store.

    Attributes:
        store: Its name.
        engine: Its row.
        reachable: Whether the login works now.
        local: Whether `up` and `down` run it.
        why: What is wrong, with the next step; empty when it is reachable.
        code: The error's code; empty when it is reachable.
        vitals: What the server tells; null when it is not reachable.
    """

    store: str
    engine: str
    reachable: bool
    local: bool
    why: str
    code: str
    vitals: Vitals | None


@dataclass(frozen=True)
class StatusAnswer:
    """Every store's state.

    Attributes:
        stores: In the file's order.
    """

    stores: tuple[StatusRow, ...]


@verb("status", answer=StatusAnswer, examples=("seawall status", "seawall status -o json"))
def command(call: Call) -> int:
    """Show every store's vital signs.

    Exits with 3 when no store can be reached, and with 5 when some cannot.
    """
    statuses = read_status(call.open_work())
    call.answer(StatusAnswer(status_rows(statuses)), *status_tables(statuses))
    lost = [each for each in statuses if not each.is_reachable]
    if not lost:
        return 0
    return UNREACHABLE if len(lost) == len(statuses) else PARTIAL


def status_rows(statuses: Sequence[StoreStatus]) -> tuple[StatusRow, ...]:
    """The rows as they are published."""
    return tuple(
        StatusRow(
            store=each.store,
            engine=each.engine,
            reachable=each.is_reachable,
            local=each.is_local,
            why=each.why,
            code=each.code,
            vitals=each.vitals,
        )
        for each in statuses
    )


def status_tables(statuses: Sequence[StoreStatus]) -> tuple[Table, Table]:
    """The vital signs, and below them why a store has none."""
    vitals = Table(
        ("store", "engine", "state", "version", "role", ">size", ">connections", ">up", "position"),
        [_cells(each) for each in statuses],
    )
    lost = [each for each in statuses if not each.is_reachable]
    whys = Table(("not reachable", "why", "code"), [(e.store, e.why, e.code) for e in lost])
    return vitals, whys


def _cells(status: StoreStatus) -> tuple[str, ...]:
    vitals = status.vitals
    if vitals is None:
        return (status.store, status.engine, "not reachable", "", "", "", "", "", "")
    return (
        status.store,
        status.engine,
        "reachable",
        f"{vitals.product} {vitals.version}",
        vitals.role,
        size(vitals.size_bytes),
        f"{vitals.connections}/{vitals.connections_max}",
        duration(round(vitals.uptime_seconds)),
        vitals.position,
    )
