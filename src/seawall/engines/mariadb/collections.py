"""`collections`: the tables of a store."""

from __future__ import annotations

from seawall.engines.mariadb.client import MariadbClient
from seawall.engines.mariadb.statements import statement
from seawall.engines.mariadb.tables import list_tables
from seawall.model.collection import Collection


class MariadbCollections:
    """Lists the tables of the store's database; sequences and views are none."""

    def __init__(self, client: MariadbClient) -> None:
        self._client = client

    def list(self) -> tuple[Collection, ...]:
        """Every table that the login may see."""
        session, database = self._client.session, self._client.database
        estimates = {
            name: (records, size)
            for name, records, size in session.rows(statement("estimates"), database)
        }
        found: list[Collection] = []
        for table in list_tables(session, database):
            records, size = estimates.get(table.name, (None, None))
            fields = tuple(column.name for column in table.columns)
            found.append(
                Collection(
                    table.name,
                    fields,
                    table.key,
                    -1 if records is None else int(records),
                    -1 if size is None else int(size),
                )
            )
        return tuple(found)

    def is_empty(self) -> bool:
        """Whether nobody made anything in the database."""
        session, database = self._client.session, self._client.database
        return not int(session.value(statement("user_objects"), *(database,) * 4))
