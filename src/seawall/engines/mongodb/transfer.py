"""Copy everything from one server into another: collections, documents, indexes, views."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from seawall.engines.mongodb.catalog import (
    Catalog,
    collections_of,
    create,
    create_indexes,
    list_databases,
    read_catalog,
)
from seawall.engines.mongodb.client import MongodbClient
from seawall.engines.mongodb.elements import split_documents
from seawall.engines.mongodb.reading import read_collection
from seawall.errors import RefusedError

INSERT_BYTES: Final = 4 << 20
INSERT_DOCUMENTS: Final = 10_000


class MongodbTransfer:
    """Copies from the client's store."""

    def __init__(self, client: MongodbClient) -> None:
        self._client = client

    def copy_into(self, empty: MongodbClient) -> None:
        """Copy all databases of the store, under their own names.

        Raises:
            RefusedError: SW-MONGODB-009 when the other store is not empty, or is another database.
        """
        _refuse_unfit(self._client, empty)
        catalog = read_catalog(self._client)
        for each in collections_of(catalog):
            create(empty, each)
            batches = read_collection(self._client, each)
            documents = (document for batch in batches for document in split_documents(batch))
            insert_all(empty, each.database, each.name, documents)
        finish(empty, catalog)

    def clear(self) -> None:
        """DESTROY every database of the store."""
        for database in list_databases(self._client):
            self._client.run(database, {"dropDatabase": 1})


def insert_all(
    client: MongodbClient, database: str, collection: str, documents: Iterable[bytes]
) -> None:
    """Insert documents in their order, some at a time."""
    held: list[bytes] = []
    size = 0
    for each in documents:
        if held and (size + len(each) > INSERT_BYTES or len(held) >= INSERT_DOCUMENTS):
            client.insert(database, collection, held)
            held, size = [], 0
        held.append(each)
        size += len(each)
    if held:
        client.insert(database, collection, held)


def finish(client: MongodbClient, catalog: Catalog) -> None:
    """Create what needs the documents: indexes, then views."""
    for each in catalog:
        if each.is_view:
            create(client, each)
        else:
            create_indexes(client, each)


def _refuse_unfit(source: MongodbClient, there: MongodbClient) -> None:
    only = there.scope.database
    foreign = [each for each in list_databases(source) if only and each != only]
    if foreign:
        happened = f"it is database {only} alone, and the data belongs into {', '.join(foreign)}."
    elif read_catalog(there):
        happened = "it is not empty."
    else:
        return
    raise RefusedError(
        "SW-MONGODB-009",
        attempted=f"copy into store `{there.target.store}`",
        happened=happened,
        hint="Name an empty server, or confirm the store's name to have it cleared first.",
    )
