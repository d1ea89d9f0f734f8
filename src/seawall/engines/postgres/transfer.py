"""`transfer`: a whole database from one server into another's empty one."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from seawall.engines.postgres.client import PostgresClient
from seawall.engines.postgres.loading import load_dump
from seawall.engines.postgres.quoting import quote_name
from seawall.engines.postgres.roles import create_roles, dump_roles
from seawall.engines.postgres.statements import statement
from seawall.engines.postgres.tools import read_program


class PostgresTransfer:
    """Pipes pg_dump into pg_restore; roles come along, those that exist there are kept."""

    def __init__(self, client: PostgresClient) -> None:
        self._client = client

    def copy_into(self, empty: PostgresClient) -> None:
        """Copy the roles, then everything of the database, then the database's own settings."""
        # Both ends by the same programs: an older pg_restore cannot read a newer pg_dump.
        there = replace(empty.target, programs=self._client.target.programs)
        database = empty.session.value("SELECT current_database()")
        with tempfile.TemporaryDirectory(prefix="seawall-transfer-") as name:
            folder = Path(name)
            roles = dump_roles(self._client, folder)
            create_roles(empty.session, roles.decode(), altered=frozenset())
            arguments = ("--format=custom", "--compress=0")
            with read_program(self._client.target, folder, "pg_dump", *arguments) as dump:
                major = empty.session.major
                load_dump(there, folder, major, f"--dbname={database}", chunks=dump)
        self._copy_settings(empty, database)

    def clear(self) -> None:
        """DESTROY what users made in the database: schemas, extensions, large objects, the rest."""
        session = self._client.session
        for (drop,) in session.rows(statement("drop_everything")):
            session.run(drop)

    def _copy_settings(self, empty: PostgresClient, database: str) -> None:
        session = empty.open_session()
        try:
            for role, name, value in self._client.session.rows(statement("database_settings")):
                whom = f"ROLE {quote_name(role)} IN DATABASE" if role else "DATABASE"
                session.rows("SELECT set_config(%s, %s, false)", name, value)
                session.run(f"ALTER {whom} {quote_name(database)} SET {name} FROM CURRENT")
        finally:
            session.close()
