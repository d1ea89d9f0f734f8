"""The tables that a fingerprint reads, and those that it cannot read."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.engines.postgres.client import Session
from seawall.engines.postgres.quoting import qualified, quote_name
from seawall.engines.postgres.statements import statement


@dataclass(frozen=True)
class Table:
    """One table, leaf partition or materialized view.

    Attributes:
        schema: Where it lies.
        table: Its name there.
        kind: `r` table, `m` materialized view, `f` foreign table.
        persistence: `p` permanent, `u` unlogged.
        fields: Columns that are stored, in order.
        types: Theirs.
        is_readable: Whether the login may read it.
        hides_rows: Whether row-level security would hide rows from the login.
        is_populated: False for a materialized view that holds nothing yet.
        is_extensions: Whether an extension made it.
    """

    schema: str
    table: str
    kind: str
    persistence: str
    fields: list[str]
    types: list[str]
    is_readable: bool
    hides_rows: bool
    is_populated: bool
    is_extensions: bool

    @property
    def name(self) -> str:
        """As links and reports name it."""
        return qualified(self.schema, self.table)

    @property
    def quoted(self) -> str:
        """As SQL names it."""
        return f"{quote_name(self.schema)}.{quote_name(self.table)}"

    @property
    def header(self) -> str:
        """What shapes each row's text."""
        columns = zip(self.fields, self.types, strict=True)
        return ", ".join(f"{quote_name(field)} {type_name}" for field, type_name in columns)

    def copy_statement(self) -> str:
        """Reads every row of this table alone: not those of its children."""
        columns = ", ".join(quote_name(field) for field in self.fields)
        if self.kind == "r" and columns:
            return f"COPY {self.quoted} ({columns}) TO STDOUT"
        return f"COPY (SELECT {columns} FROM ONLY {self.quoted}) TO STDOUT"  # noqa: S608 - quoted

    def why_excluded(self, *, is_logical: bool) -> str:
        """Why no proof covers its content; empty when one does.

        Args:
            is_logical: Whether the copy to compare with comes from a dump, which carries
                definitions of some things and not their content.
        """
        reasons = {
            "a foreign table's rows are not in this server": self.kind == "f",
            "an unlogged table is empty after a restore": self.persistence == "u",
            "the login may not read it": not self.is_readable,
            "row-level security hides rows of it from the login": self.hides_rows,
            "a dump holds a materialized view's definition, and a restore fills it anew": (
                is_logical and self.kind == "m"
            ),
            "a dump leaves the tables of an extension to the extension": (
                is_logical and self.is_extensions
            ),
        }
        return next((why for why, holds in reasons.items() if holds), "")


def list_tables(session: Session) -> list[Table]:
    """Every table of the store, sorted by name."""
    tables = [Table(*row) for row in session.rows(statement("hashed_tables"))]
    return sorted(tables, key=lambda table: table.name)
