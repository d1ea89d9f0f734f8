"""`seawall demo`: the whole story on real data."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import click

from seawall.interfaces.cli.call import Call
from seawall.interfaces.cli.drill_answer import DrillAnswer, drill_answer
from seawall.interfaces.cli.verb import verb
from seawall.interfaces.cli.verbs.check import CheckAnswer, check_answer, link_table
from seawall.interfaces.cli.verbs.drill import EXIT_CODES, leave_report
from seawall.interfaces.report import summarize
from seawall.interfaces.report.quantities import duration
from seawall.model.quantity import count
from seawall.model.surroundings import Surroundings
from seawall.operations.demo import DemoReport, LeftOutStore, run_demo
from seawall.operations.init import find_example
from seawall.operations.restore import RestoreReport
from seawall.servers.leases import lease, reap

EXAMPLE: Final = "flights"


@dataclass(frozen=True)
class DemoAnswer:
    """What the demo showed.

    Attributes:
        drill: The drill's own report.
        restore: What the restore did.
        check: The tier after it.
        writes: Acknowledged while the backup ran.
        lost_store: Whose server was killed and whose data was deleted.
        left_out: Stores of the example whose programs are not here.
    """

    drill: DrillAnswer
    restore: RestoreReport
    check: CheckAnswer
    writes: int
    lost_store: str
    left_out: tuple[LeftOutStore, ...]


@verb("demo", answer=DemoAnswer, examples=("seawall demo", "seawall demo --report demo/"))
@click.option(
    "--report",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Leave report.md, report.html and report.json there.",
)
def command(call: Call, report: Path | None) -> int:
    """Run the whole story on real data, and clear up after it.

    Four databases are started without Docker and loaded with 336,776 flights, their weather and
    their airports. They are backed up to one point while writers change all of them; then one
    server is killed and its disk lost. A drill restores everything into sandboxes and proves every
    record and every link; then the tier is restored. A database whose programs are not here is left
    out, and the demo says what brings them. Needs no file, uses no store of yours and leaves
    nothing running.
    """
    with _empty_folder(call.surroundings) as folder, call.progress() as progress:
        # The demo's key goes with the demo.
        surroundings = replace(call.surroundings, keys=folder / "keys")
        found = run_demo(find_example(EXAMPLE), folder, surroundings, progress)
    answer = DemoAnswer(
        drill=drill_answer(found.drill),
        restore=found.restore,
        check=check_answer(found.check),
        writes=found.writes,
        lost_store=found.lost_store,
        left_out=found.left_out,
    )
    summary = "\n".join(summarize(found.drill))
    call.answer(answer, link_table(found.check.checked.links), _story(found), summary)
    leave_report(call, found.drill, report)
    return EXIT_CODES[found.drill.verdict]


def _story(found: DemoReport) -> str:
    told = (
        f"{count(found.writes, 'write')} went on during the backup; then the disk of"
        f" {found.lost_store} was lost.\nThe tier was back in"
        f" {duration(found.restore.rto_seconds)}."
    )
    return "\n".join((told, *(f"Left out: {each.sentence}" for each in found.left_out)))


@contextmanager
def _empty_folder(surroundings: Surroundings) -> Generator[Path]:
    """A folder that servers' users can pass through; gone with its servers, also after a kill."""
    reap(surroundings.shared_home)
    with lease(surroundings.shared_home, "demo") as folder:
        folder.chmod(0o711)
        yield folder
