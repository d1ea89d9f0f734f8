"""`records`: the values of fields that links compare, grouped by the server."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, Final

from seawall.engines.mongodb.catalog import Described, collections_of, read_catalog
from seawall.engines.mongodb.client import MongodbClient
from seawall.engines.mongodb.collections import sample_fields
from seawall.engines.mongodb.elements import document_of, elements, find, number_of, split_documents
from seawall.engines.mongodb.values import link_texts
from seawall.errors import UsageError
from seawall.model.collection import KeyCount

COUNT: Final = "n"


class MongodbRecords:
    """Reads keys through the client's snapshot where it has one."""

    def __init__(self, client: MongodbClient) -> None:
        self._client = client

    def read_keys(self, collection: str, fields: tuple[str, ...]) -> Iterator[KeyCount]:
        """Group by the fields on the server and stream the groups.

        A field that holds an array stands for each of its elements.

        Raises:
            UsageError: SW-LINK-001 when there is no such collection, or no document has the field.
        """
        found = self._find(collection)
        self._refuse_unknown(found, fields)
        names = [f"f{place}" for place, _ in enumerate(fields)]
        group: dict[str, Any] = dict(zip(names, (f"${field}" for field in fields), strict=True))
        pipeline = [{"$group": {"_id": group, COUNT: {"$sum": 1}}}]
        return self._read_groups(found, pipeline, [name.encode() for name in names])

    def _read_groups(
        self, found: Described, pipeline: list[dict[str, Any]], names: list[bytes]
    ) -> Iterator[KeyCount]:
        for batch in self._client.aggregate(found.database, found.name, pipeline):
            for document in split_documents(batch):
                told = {each.name: each for each in elements(document_of(find(document, b"_id")))}
                records = int(number_of(find(document, COUNT.encode())) or 0)
                texts = [list(link_texts(told.get(name))) for name in names]
                for values in product(*texts):
                    yield KeyCount(values, records)

    def _find(self, collection: str) -> Described:
        """The collection of that name; the database may be left out where that is clear."""
        known = list(collections_of(read_catalog(self._client)))
        shown = {self._client.scope.show(each.database, each.name): each for each in known}
        if collection in shown:
            return shown[collection]
        alone = [each for each in known if each.name == collection]
        if len(alone) == 1:
            return alone[0]
        raise UsageError(
            "SW-LINK-001",
            attempted=f"read collection {collection!r} of store `{self._client.target.store}`",
            happened="several databases have one of that name."
            if alone
            else "the store has no such collection.",
            hint=f"It has: {', '.join(shown) or 'nothing'}.",
        )

    def _refuse_unknown(self, found: Described, fields: tuple[str, ...]) -> None:
        """An empty collection has every field; another one those that a document has."""
        client = self._client
        for field in fields:
            is_path = all(part and not part.startswith("$") for part in field.split("."))
            if is_path and "\x00" not in field:
                where = {field: {"$exists": True}}
                if client.has(found.database, found.name, where):
                    continue
                if not client.has(found.database, found.name):
                    continue
            raise UsageError(
                "SW-LINK-001",
                attempted=f"read field {field!r} of"
                f" {client.scope.show(found.database, found.name)}",
                happened="no document has it.",
                hint=f"They have: {', '.join(sample_fields(client, found))}.",
            )
