"""`seawall check`: reachability and links, live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seawall.interfaces.cli.call import Call
from seawall.interfaces.cli.table import Table
from seawall.interfaces.cli.verb import verb
from seawall.interfaces.cli.verbs.status import StatusRow, status_rows, status_tables
from seawall.model.link import LeftOut, LinkResult
from seawall.model.quantity import count
from seawall.operations.check import CheckReport, check_tier

FINDINGS = 1


@dataclass(frozen=True)
class CheckAnswer:
    """What a look at the running tier shows.

    Attributes:
        whole: Whether every store is reachable and every link holds.
        stores: In the file's order.
        links: Those that were checked.
        not_checked: The others.
    """

    whole: bool
    stores: tuple[StatusRow, ...]
    links: tuple[LinkResult, ...]
    not_checked: tuple[LeftOut, ...]


@verb("check", answer=CheckAnswer, examples=("seawall check", "seawall check -o json"))
def command(call: Call) -> int:
    """Check that every store answers and every link holds.

    Writers may run meanwhile, so a link between stores that change can show breaks that no single
    instant had; a drill checks links at one exact point. Exits with 1 when anything is not whole.
    """
    report = check_tier(call.open_work())
    _, whys = status_tables(report.stores)
    stores = Table(
        ("store", "engine", "state"),
        [
            (each.store, each.engine, "reachable" if each.is_reachable else "not reachable")
            for each in report.stores
        ],
    )
    checked = report.checked
    tables = (stores, whys, link_table(checked.links), left_out_table(checked.not_checked))
    call.answer(check_answer(report), *tables)
    return 0 if report.is_whole else FINDINGS


def check_answer(report: CheckReport) -> CheckAnswer:
    """The report as it is published."""
    return CheckAnswer(
        whole=report.is_whole,
        stores=status_rows(report.stores),
        links=report.checked.links,
        not_checked=report.checked.not_checked,
    )


def left_out_table(links: Sequence[LeftOut]) -> Table:
    """One line per link that was not checked."""
    return Table(("not checked", "why"), [(each.link, each.why) for each in links])


def link_table(links: Sequence[LinkResult]) -> Table:
    """One line per link, with a few values that are broken."""
    return Table(
        ("link", ">checked", ">hold", ">broken", "such as"),
        [
            (each.link, count(each.checked), count(each.holds), count(each.broken), _examples(each))
            for each in links
        ],
    )


def _examples(link: LinkResult) -> str:
    more = " …" if link.broken_values > len(link.examples) else ""
    return "; ".join(link.examples) + more
