"""`seawall drill`: the proof that a backup comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from seawall.errors import PartialError
from seawall.interfaces.cli.call import Call
from seawall.interfaces.cli.drill_answer import DrillAnswer, drill_answer
from seawall.interfaces.cli.envelope import Form, render, wrap
from seawall.interfaces.cli.table import Table
from seawall.interfaces.cli.verb import verb
from seawall.interfaces.report import summarize, write_report
from seawall.model.drill import DrillReport, Verdict
from seawall.operations.drill import run_drill
from seawall.operations.recovery import Recovery
from seawall.operations.vault import open_vault

EXIT_CODES: Final = {Verdict.VERIFIED: 0, Verdict.FAILED: 1, Verdict.INCOMPLETE: 5}


@verb(
    "drill",
    answer=DrillAnswer,
    examples=("seawall drill", "seawall drill b-20261121-041530-7f3a --report drill/"),
)
@click.argument("backup", metavar="[ID]", default="")
@click.option(
    "--report",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Leave report.md, report.html and report.json there.",
)
def command(call: Call, backup: str, report: Path | None) -> int:
    """Restore a backup into sandboxes and prove what comes back.

    The newest backup, or the one with that ID. Every record is compared with the fingerprint taken
    at the point, and every link between stores is checked. The tier itself is not touched. Exits
    with 1 when a level failed and with 5 when one was skipped.
    """
    work = call.open_work(changes=True)
    vault = open_vault(work.tier, work.surroundings)
    with call.progress() as progress:
        found = run_drill(Recovery(work, vault, vault.manifest(backup), progress))
    call.answer(drill_answer(found), level_table(found), "\n".join(summarize(found)))
    leave_report(call, found, report)
    return EXIT_CODES[found.verdict]


def leave_report(call: Call, found: DrillReport, folder: Path | None) -> None:
    """Write the report's three files.

    Raises:
        PartialError: SW-CLI-005 when they cannot be written; the verdict was shown before.
    """
    if folder is None:
        return
    text = render(wrap("drill", drill_answer(found)), Form.JSON)
    try:
        paths = write_report(found, text, folder)
    except OSError as error:
        raise PartialError(
            "SW-CLI-005",
            attempted=f"write the report into {folder}",
            happened=f"{error.strerror}. The drill itself ended: {found.verdict_text}.",
            hint="Name a folder that can be written.",
        ) from None
    call.tell(f"the report is {', '.join(map(str, paths))}")


def level_table(found: DrillReport) -> Table:
    """One line per level and store."""
    return Table(
        ("level", "store", "state", "what it proves", "detail"),
        [
            (
                result.level,
                result.store,
                result.state.value,
                result.proves,
                "; ".join((result.detail, *result.findings)).strip("; "),
            )
            for result in found.levels
        ],
    )
