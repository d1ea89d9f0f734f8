"""`check`: PostgreSQL's own look at tables and indexes, page by page, row by row."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import Final

from seawall.engines.postgres.client import PostgresClient
from seawall.engines.postgres.tools import program_path, run_to_end
from seawall.errors import RefusedError, SeawallError

EXTENSION: Final = "amcheck"
# The first major version whose amcheck looks for duplicates in unique indexes.
UNIQUE_SINCE: Final = 17
# pg_amcheck's exit code when it has found faults.
FOUND: Final = 2
_CONTINUED: Final = re.compile(r"\n\s+")


class PostgresCheck:
    """pg_amcheck: every table's rows, every index's order, and each row in its indexes."""

    def __init__(self, client: PostgresClient) -> None:
        self._client = client

    def covers(self) -> str:
        """One line for the report."""
        unique = ", --checkunique" if self._client.session.major >= UNIQUE_SINCE else ""
        return f"pg_amcheck --heapallindexed{unique}: every table and B-tree index"

    def run(self) -> tuple[str, ...]:
        """Check the whole database; the extension it needs is gone again afterwards.

        Raises:
            RefusedError: SW-DRILL-010 when the extension or the program is not here.
        """
        session = self._client.session
        _refuse_without_program(self._client)
        known = session.rows("SELECT 1 FROM pg_extension WHERE extname = %s", EXTENSION)
        if not known:
            self._create()
        try:
            return self._check()
        finally:
            if not known:
                session.run(f"DROP EXTENSION {EXTENSION}")

    def _create(self) -> None:
        session = self._client.session
        try:
            # Event triggers must not fire in a mute copy; before 17 this is what keeps them still.
            session.run("SET session_replication_role = replica")
            session.run(f"CREATE EXTENSION {EXTENSION} WITH SCHEMA pg_catalog")
        except SeawallError as error:
            raise _cannot_run(self._client, error.happened) from error
        finally:
            session.run("RESET session_replication_role")

    def _check(self) -> tuple[str, ...]:
        arguments = ["--heapallindexed", "--no-password", f"--jobs={os.cpu_count() or 1}"]
        if self._client.session.major >= UNIQUE_SINCE:
            arguments.append("--checkunique")
        with tempfile.TemporaryDirectory(prefix="seawall-check-") as folder:
            ended = run_to_end(self._client.target, Path(folder), "pg_amcheck", *arguments)
        # A report goes on in indented lines.
        found = tuple(line for line in _CONTINUED.sub(" ", ended.output).splitlines() if line)
        if ended.code not in {0, FOUND} or (ended.code and not found):
            return (*found, f"pg_amcheck ended with {ended.code}: {ended.said}")
        return found


def _refuse_without_program(client: PostgresClient) -> None:
    try:
        program_path(client.target, "pg_amcheck")
    except RefusedError as error:
        raise _cannot_run(client, error.happened) from error


def _cannot_run(client: PostgresClient, why: str) -> RefusedError:
    return RefusedError(
        "SW-DRILL-010",
        attempted=f"check store `{client.target.store}` with pg_amcheck",
        happened=why,
        hint="Install pg_amcheck and the extension amcheck (contrib) of the server's version.",
    )
