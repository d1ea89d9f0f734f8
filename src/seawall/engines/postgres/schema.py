"""`schema`: columns, foreign keys, and samples that cost the server little."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any, Final

from seawall.engines.postgres.client import PostgresClient
from seawall.engines.postgres.quoting import qualified, quote_name
from seawall.engines.postgres.statements import statement
from seawall.engines.postgres.values import converter
from seawall.errors import SeawallError
from seawall.model.schema import Kind, Reference, Schema, SchemaField, Shape

KINDS: Final = {
    "smallint": Kind.INTEGER,
    "integer": Kind.INTEGER,
    "bigint": Kind.INTEGER,
    "text": Kind.TEXT,
    "character varying": Kind.TEXT,
    "character": Kind.TEXT,
    "uuid": Kind.UUID,
}
# What a value must look like so that the server can read it as the type.
_LEGAL: Final = {
    Kind.INTEGER: re.compile(r"-?\d{1,18}"),
    Kind.UUID: re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
}
# A number out of the column's range is in no row, and must not be an error.
_READ_AS: Final = {"smallint": "bigint", "integer": "bigint"}
# How long one look may take, and from how many rows a sample is drawn.
TIMEOUT_MS: Final = 5000
ROWS: Final = 20_000


class PostgresSchema:
    """Reads the catalog, then samples under a time limit of its own."""

    def __init__(self, client: PostgresClient) -> None:
        self._client = client
        self._types: dict[tuple[str, str], str] = {}
        self._names: dict[str, str] = {}

    def read(self) -> Schema:
        """Every table and materialized view; every foreign key that holds."""
        rows = self._client.session.rows(statement("schema"))
        shapes = [
            self._shape(schema, table, list(columns))
            for (schema, table), columns in groupby(rows, key=lambda row: row[:2])
        ]
        references = tuple(
            Reference(qualified(schema, table), tuple(fields), qualified(*to), tuple(to_fields))
            for schema, table, fields, *to, to_fields in self._client.session.rows(
                statement("references")
            )
        )
        return Schema(tuple(sorted(shapes, key=lambda each: each.collection)), references)

    def sample(self, collection: str, field: str, most: int) -> tuple[str, ...]:
        """Distinct values of the first rows that the server comes upon."""
        name, column = self._names[collection], quote_name(field)
        query = (
            f"SELECT DISTINCT {column}::text FROM "  # noqa: S608 - quoted names
            f"(SELECT {column} FROM {name} WHERE {column} IS NOT NULL LIMIT {ROWS}) AS seen"
            f" LIMIT {most}"
        )
        convert = converter(self._types[collection, field])
        texts = (convert(value) for (value,) in self._look(query))
        return tuple(text for text in texts if text is not None)

    def find(self, collection: str, field: str, texts: tuple[str, ...]) -> int:
        """Looked up through the column's unique index."""
        legal = _LEGAL.get(self._kind(collection, field))
        readable = [text for text in texts if legal is None or legal.fullmatch(text)]
        column, type_name = quote_name(field), self._types[collection, field]
        query = (
            "SELECT count(*) FROM unnest(%s::text[]) AS wanted"  # noqa: S608 - quoted names
            f" WHERE EXISTS (SELECT FROM {self._names[collection]}"
            f" WHERE {column} = wanted::{_READ_AS.get(type_name, type_name)})"
        )
        rows = self._look(query, readable)
        return rows[0][0] if rows else 0

    def _shape(self, schema: str, table: str, columns: list[tuple[str, ...]]) -> Shape:
        collection = qualified(schema, table)
        self._names[collection] = f"{quote_name(schema)}.{quote_name(table)}"
        for _, _, name, type_name, _ in columns:
            self._types[collection, name] = type_name
        fields = tuple(
            SchemaField(name, self._kind(collection, name), bool(identifies))
            for _, _, name, _, identifies in columns
        )
        return Shape(collection, fields)

    def _kind(self, collection: str, field: str) -> Kind:
        return KINDS.get(self._types[collection, field], Kind.OTHER)

    def _look(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """What a statement returns; nothing where it takes too long or may not be run."""
        session = self._client.session
        session.run(f"BEGIN READ ONLY; SET LOCAL statement_timeout = {TIMEOUT_MS}")
        try:
            return session.rows(query, *parameters)
        except SeawallError:
            return []
        finally:
            session.run("ROLLBACK")
