"""`transfer`: a whole database from one server into another's empty one."""

from __future__ import annotations

from seawall.engines.mariadb.client import MariadbClient
from seawall.engines.mariadb.quoting import quote_name
from seawall.engines.mariadb.statements import statement


class MariadbTransfer:
    """Writes the script of a dump into the other server; accounts that exist there are kept."""

    def __init__(self, client: MariadbClient) -> None:
        self._client = client

    def copy_into(self, empty: MariadbClient) -> None:
        """Copy the accounts, then everything of the database."""
        raise NotImplementedError

    def clear(self) -> None:
        """DESTROY what users made in the database; the database itself and accounts stay."""
        session, database = self._client.session, self._client.database
        session.run("SET SESSION foreign_key_checks = 0")
        drops = (
            *(("EVENT", name) for name, _ in session.rows(statement("events"), database)),
            *(("TRIGGER", name) for (name,) in session.rows(statement("triggers"), database)),
            *(("VIEW", name) for (name,) in session.rows(statement("views"), database)),
            *((kind, name) for name, kind in session.rows(statement("routines"), database)),
            *(("TABLE", name) for name, *_ in session.rows(statement("tables"), database)),
            *(("SEQUENCE", name) for (name,) in session.rows(statement("sequences"), database)),
        )
        for kind, name in drops:
            session.run(f"DROP {kind} IF EXISTS {quote_name(name)}")
        session.run("SET SESSION foreign_key_checks = 1")
