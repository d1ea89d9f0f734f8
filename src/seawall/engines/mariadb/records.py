"""`records`: the values of fields that links compare, grouped by the server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.engines.mariadb.client import MariadbClient
from seawall.engines.mariadb.quoting import quote_name
from seawall.engines.mariadb.rows import split_row
from seawall.engines.mariadb.tables import Column, Table, list_tables
from seawall.engines.mariadb.values import converter
from seawall.errors import UsageError
from seawall.model.collection import KeyCount

# Types that the server groups as they are: equal values have one text.
GROUPED_AS_THEY_ARE: Final = frozenset(
    {"tinyint", "smallint", "mediumint", "int", "bigint", "year", "date", "uuid", "bit"}
)


class MariadbRecords:
    """Reads keys through the client's session, so through its snapshot where it has one."""

    def __init__(self, client: MariadbClient) -> None:
        self._client = client

    def read_keys(self, collection: str, fields: tuple[str, ...]) -> Iterator[KeyCount]:
        """Group by the fields on the server and stream the groups.

        Raises:
            UsageError: SW-LINK-001 when there is no such table or column.
        """
        table = self._find(collection)
        known = {column.name: column for column in table.columns}
        for field in fields:
            if field not in known:
                raise self._unknown(collection, f"it has no field {field!r}.", tuple(known))
        columns = [known[field] for field in fields]
        return self._groups(table, columns)

    def _groups(self, table: Table, columns: list[Column]) -> Iterator[KeyCount]:
        converters = [converter(column.type) for column in columns]
        for row in self._client.session.raw_rows(_grouping(table, columns)):
            *values, count = split_row(row)
            pairs = zip(converters, values, strict=True)
            texts = (None if value is None else convert(value) for convert, value in pairs)
            yield KeyCount(tuple(texts), int(count or 0))

    def _find(self, collection: str) -> Table:
        tables = list_tables(self._client.session, self._client.database)
        known = {table.name: table for table in tables}
        if collection not in known:
            raise self._unknown(collection, "the store has no such table.", tuple(known))
        return known[collection]

    def _unknown(self, collection: str, what: str, known: tuple[str, ...]) -> UsageError:
        return UsageError(
            "SW-LINK-001",
            attempted=f"read {collection!r} of store `{self._client.target.store}`",
            happened=what,
            hint=f"It has: {', '.join(known) or 'nothing'}.",
        )


def _grouping(table: Table, columns: list[Column]) -> str:
    groups = ", ".join(_told_apart(column) for column in columns)
    return f"SELECT {groups}, count(*) FROM {quote_name(table.name)} GROUP BY {groups}"  # noqa: S608


def _told_apart(column: Column) -> str:
    """An expression that is equal for equal values only, whatever the column's collation."""
    name = quote_name(column.name)
    if column.type in GROUPED_AS_THEY_ARE:
        return name
    if column.charset:
        return f"CAST(CONVERT({name} USING utf8mb4) AS BINARY)"
    if column.type == "float":
        name = f"CAST({name} AS DOUBLE)"
    return f"CAST({name} AS BINARY)"
