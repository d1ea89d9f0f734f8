"""`check`: MariaDB's own look at tables and indexes, page by page, row by row."""

from __future__ import annotations

from typing import Final

from seawall.engines.mariadb.client import MariadbClient
from seawall.engines.mariadb.quoting import quote_name
from seawall.engines.mariadb.tables import ELSEWHERE, list_tables

# What a check says of a table that is whole, or that its engine cannot check.
CLEAN: Final = frozenset({"OK", "Table is already up to date"})
NO_CHECK: Final = "note"


class MariadbCheck:
    """`CHECK TABLE ... EXTENDED` of every table of the store."""

    def __init__(self, client: MariadbClient) -> None:
        self._client = client

    def covers(self) -> str:
        """One line for the report."""
        return "CHECK TABLE ... EXTENDED: every table and index of the database"

    def run(self) -> tuple[str, ...]:
        """Check them one by one."""
        session = self._client.session
        faults: list[str] = []
        for table in list_tables(session, self._client.database):
            if table.engine in ELSEWHERE:
                continue
            for row in session.rows(f"CHECK TABLE {quote_name(table.name)} EXTENDED"):
                kind, said = str(row[2]).lower(), str(row[3])
                if kind != NO_CHECK and said not in CLEAN:
                    faults.append(f"table {table.name}: {said}")
        return tuple(faults)
