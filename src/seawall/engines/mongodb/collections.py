"""What a store is made of: its collections, and the fields that their first documents have."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from seawall.engines.mongodb.catalog import Described, collections_of, read_catalog
from seawall.engines.mongodb.client import MongodbClient
from seawall.engines.mongodb.elements import DOCUMENT, elements, split_documents
from seawall.model.collection import Collection

SAMPLE: Final = 50
DEEPEST: Final = 3
MOST_FIELDS: Final = 200


class MongodbCollections:
    """Lists collections; a view is none."""

    def __init__(self, client: MongodbClient) -> None:
        self._client = client

    def list(self) -> tuple[Collection, ...]:
        """Every collection; fields are those of the first documents, parts of documents dotted."""
        listed = (self._describe(each) for each in collections_of(read_catalog(self._client)))
        return tuple(sorted(listed, key=lambda each: each.name))

    def is_empty(self) -> bool:
        """Whether there is no collection and no view."""
        return not read_catalog(self._client)

    def _describe(self, described: Described) -> Collection:
        told = self._client.run(described.database, {"collStats": described.name})
        return Collection(
            name=self._client.scope.show(described.database, described.name),
            fields=sample_fields(self._client, described),
            key=("_id",),
            records=int(told.get("count", -1)),
            size_bytes=int(told.get("size", -1)),
        )


def sample_fields(client: MongodbClient, described: Described) -> tuple[str, ...]:
    """The fields of a collection's first documents, in their order."""
    batches = client.read_batches(described.database, described.name, SAMPLE)
    found = {"_id": None}
    for document in islice(_documents(batches), SAMPLE):
        found |= dict.fromkeys(_names(document, DEEPEST))
    return tuple(islice(found, MOST_FIELDS))


def _documents(batches: Iterator[bytes]) -> Iterator[bytes]:
    for batch in batches:
        yield from split_documents(batch)


def _names(document: bytes, depth: int) -> Iterator[str]:
    for each in elements(document):
        name = each.name.decode(errors="replace")
        yield name
        if each.kind == DOCUMENT and depth > 1:
            yield from (f"{name}.{below}" for below in _names(each.value, depth - 1))
