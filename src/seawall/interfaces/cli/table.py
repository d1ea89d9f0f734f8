"""Tables for people: drawn on a terminal, plain aligned text everywhere else."""

from __future__ import annotations

import io
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from seawall.interfaces.report.shown import show_sentence

GAP = "  "
COLOURS: Final[dict[str, str]] = {
    **dict.fromkeys(
        ("running", "reachable", "yes", "holds", "passed", "verified", "whole"), "green"
    ),
    **dict.fromkeys(("failed", "not reachable", "destroyed", "broken"), "red"),
    **dict.fromkeys(("skipped", "incomplete", "no"), "yellow"),
}
"""Words that stand alone in a cell and say how good something is."""


@dataclass(frozen=True)
class Table:
    """Rows of texts.

    Attributes:
        columns: Headings; one that starts with `>` is a column of numbers.
        rows: As many cells each.
    """

    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def write_table(table: Table, is_drawn: bool) -> str:
    """The table as text; nothing for a table without rows."""
    shown = Table(table.columns, [tuple(map(show_sentence, row)) for row in table.rows])
    if not shown.rows:
        return ""
    return _draw(shown) if is_drawn else _align(shown)


def _align(table: Table) -> str:
    heads = [column.removeprefix(">").upper() for column in table.columns]
    widths = [max(map(len, column)) for column in zip(heads, *table.rows, strict=True)]
    lines = [
        GAP.join(
            cell.rjust(width) if column.startswith(">") else cell.ljust(width)
            for cell, width, column in zip(row, widths, table.columns, strict=True)
        ).rstrip()
        for row in (tuple(heads), *table.rows)
    ]
    return "".join(f"{line}\n" for line in lines)


def _draw(table: Table) -> str:
    from rich.console import Console
    from rich.table import Table as Drawn
    from rich.text import Text

    drawn = Drawn(box=None, pad_edge=False, header_style="bold")
    for column in table.columns:
        drawn.add_column(
            column.removeprefix(">"), justify="right" if column.startswith(">") else "left"
        )
    for row in table.rows:
        drawn.add_row(*(Text(cell, style=COLOURS.get(cell, "")) for cell in row))
    text = io.StringIO()
    width = shutil.get_terminal_size().columns
    console = Console(file=text, force_terminal=True, width=width)
    console.print(drawn)
    return text.getvalue()
