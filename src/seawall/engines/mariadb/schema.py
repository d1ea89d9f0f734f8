"""`schema`: columns, foreign keys, and samples that cost the server little."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

from seawall.engines.mariadb.client import MariadbClient
from seawall.engines.mariadb.quoting import quote_name, quote_text
from seawall.engines.mariadb.rows import split_row
from seawall.engines.mariadb.statements import statement
from seawall.engines.mariadb.tables import Column, list_tables
from seawall.engines.mariadb.values import converter
from seawall.errors import SeawallError
from seawall.model.schema import Kind, Reference, Schema, SchemaField, Shape

KINDS: Final = {
    **dict.fromkeys(("tinyint", "smallint", "mediumint", "int", "bigint"), Kind.INTEGER),
    **dict.fromkeys(("char", "varchar", "tinytext", "text", "mediumtext", "longtext"), Kind.TEXT),
    "uuid": Kind.UUID,
}
# What a value must look like so that the server reads it as the type.
_LEGAL: Final = {
    Kind.INTEGER: re.compile(r"-?\d{1,18}"),
    Kind.UUID: re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
}
# How long one look may take, and from how many rows a sample is drawn.
TIMEOUT_SECONDS: Final = 5
ROWS: Final = 20_000


class MariadbSchema:
    """Reads the catalog, then samples under a time limit of its own."""

    def __init__(self, client: MariadbClient) -> None:
        self._client = client
        self._columns: dict[tuple[str, str], Column] = {}

    def read(self) -> Schema:
        """Every table; every foreign key within the database."""
        session, database = self._client.session, self._client.database
        identifying = set(session.rows(statement("identifying"), database))
        shapes: list[Shape] = []
        for table in list_tables(session, database):
            self._columns |= {(table.name, column.name): column for column in table.columns}
            fields = tuple(
                SchemaField(column.name, _kind(column), (table.name, column.name) in identifying)
                for column in table.columns
            )
            shapes.append(Shape(table.name, fields))
        shapes.sort(key=lambda shape: shape.collection)
        rows = session.rows(statement("references"), database, database)
        return Schema(tuple(shapes), tuple(_references(rows)))

    def sample(self, collection: str, field: str, most: int) -> tuple[str, ...]:
        """Distinct values of the first rows that the server comes upon."""
        name = quote_name(field)
        query = (
            f"SELECT DISTINCT {name} FROM (SELECT {name} FROM {quote_name(collection)}"  # noqa: S608
            f" WHERE {name} IS NOT NULL LIMIT {ROWS}) AS seen LIMIT {most}"
        )
        convert = converter(self._columns[collection, field].type)
        values = (next(split_row(row)) for row in self._look(query))
        texts = (None if value is None else convert(value) for value in values)
        return tuple(text for text in texts if text is not None)

    def find(self, collection: str, field: str, texts: tuple[str, ...]) -> int:
        """Looked up through the column's unique index."""
        legal = _LEGAL.get(_kind(self._columns[collection, field]))
        readable = [text for text in texts if legal is None or legal.fullmatch(text)]
        if not readable:
            return 0
        name = quote_name(field)
        wanted = ", ".join(map(quote_text, readable))
        query = f"SELECT count(*) FROM {quote_name(collection)} WHERE {name} IN ({wanted})"  # noqa: S608
        rows = [next(split_row(row)) for row in self._look(query)]
        return int(rows[0] or 0) if rows else 0

    def _look(self, query: str) -> list[bytes]:
        """What a statement returns; nothing where it takes too long or may not be run."""
        limited = f"SET STATEMENT max_statement_time={TIMEOUT_SECONDS} FOR {query}"
        try:
            return list(self._client.session.raw_rows(limited))
        except SeawallError:
            return []


def _kind(column: Column) -> Kind:
    return KINDS.get(column.type, Kind.OTHER)


def _references(rows: list[tuple[Any, ...]]) -> Iterator[Reference]:
    for (_, table), columns in groupby(rows, key=lambda row: row[:2]):
        pairs = [(field, to, to_field) for _, _, field, to, to_field in columns]
        fields, to_fields = tuple(each[0] for each in pairs), tuple(each[2] for each in pairs)
        yield Reference(table, fields, pairs[0][1], to_fields)
