"""`records`: the values of fields that links compare, grouped by the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from seawall.engines.postgres.client import PostgresClient
from seawall.engines.postgres.quoting import qualified, quote_name
from seawall.engines.postgres.statements import statement
from seawall.engines.postgres.values import as_it_is, converter
from seawall.errors import UsageError
from seawall.model.collection import KeyCount

# Types that the server groups as they are: fast, and equal values have one text.
# All others are grouped by their text, in the collation that tells every two texts apart.
GROUPED_AS_THEY_ARE: Final = frozenset(
    {"smallint", "integer", "bigint", "boolean", "uuid", "date", "bytea"}
)


class PostgresRecords:
    """Reads keys through the client's session, so through its snapshot where it has one."""

    def __init__(self, client: PostgresClient) -> None:
        self._client = client

    def read_keys(self, collection: str, fields: tuple[str, ...]) -> Iterator[KeyCount]:
        """Group by the fields on the server and stream the groups.

        Raises:
            UsageError: SW-LINK-001 when there is no such table or column.
        """
        schema, table = self._find(collection)
        types = dict(self._client.session.rows(statement("fields"), schema, table))
        for field in fields:
            if field not in types:
                raise _unknown(self._client, collection, f"no field {field!r}", tuple(types))
        converters = [converter(types[field]) for field in fields]
        rows = self._client.session.stream(_grouping(schema, table, fields, types))
        if all(convert is as_it_is for convert in converters):
            return (KeyCount(row[:-1], row[-1]) for row in rows)
        return (KeyCount(_convert(converters, row[:-1]), row[-1]) for row in rows)

    def _find(self, collection: str) -> tuple[str, str]:
        rows = self._client.session.rows(statement("collections"))
        known = {qualified(schema, name): (schema, name) for schema, name, *_ in rows}
        if collection not in known:
            raise _unknown(self._client, collection, "no such table", tuple(sorted(known)))
        return known[collection]


def _grouping(schema: str, table: str, fields: tuple[str, ...], types: dict[str, str]) -> str:
    groups = [
        quote_name(field)
        if types[field] in GROUPED_AS_THEY_ARE
        else f'{quote_name(field)}::text COLLATE "C"'
        for field in fields
    ]
    texts = ", ".join(f"{group}::text" for group in groups)
    name = f"{quote_name(schema)}.{quote_name(table)}"
    return f"SELECT {texts}, count(*) FROM {name} GROUP BY {', '.join(groups)}"  # noqa: S608


def _convert(
    converters: Sequence[Callable[[str], str | None]], texts: tuple[str | None, ...]
) -> tuple[str | None, ...]:
    pairs = zip(converters, texts, strict=True)
    return tuple(None if text is None else convert(text) for convert, text in pairs)


def _unknown(
    client: PostgresClient, collection: str, what: str, known: tuple[str, ...]
) -> UsageError:
    return UsageError(
        "SW-LINK-001",
        attempted=f"read {collection!r} of store `{client.target.store}`",
        happened=f"the store has {what}." if what == "no such table" else f"it has {what}.",
        hint=f"It has: {', '.join(known) or 'nothing'}.",
    )
