"""`collections`: the tables of a store."""

from __future__ import annotations

from seawall.engines.postgres.client import PostgresClient
from seawall.engines.postgres.quoting import qualified
from seawall.engines.postgres.statements import statement
from seawall.model.collection import Collection


class PostgresCollections:
    """Lists tables, partitioned ones once, from the server's catalog."""

    def __init__(self, client: PostgresClient) -> None:
        self._client = client

    def list(self) -> tuple[Collection, ...]:
        """Every table and materialized view that belongs to no extension."""
        rows = self._client.session.rows(statement("collections"))
        found = (
            Collection(qualified(schema, name), tuple(fields), tuple(key), records, size)
            for schema, name, fields, key, records, size in rows
        )
        return tuple(sorted(found, key=lambda collection: collection.name))

    def is_empty(self) -> bool:
        """Whether no user made anything in the database."""
        return not self._client.session.value(statement("user_objects"))
