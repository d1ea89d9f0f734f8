"""Documents by their `_id`, which is told as one byte for its type and then its value."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.engines.mongodb.client import MongodbClient
from seawall.engines.mongodb.elements import (
    ARRAY,
    DOCUMENT,
    Element,
    make_document,
    split_documents,
)
from seawall.engines.mongodb.oplog import id_of


def read_by_ids(
    client: MongodbClient, database: str, collection: str, ids: list[bytes]
) -> Iterator[tuple[bytes, bytes]]:
    """(kind and value of `_id`, document) of those of some documents that exist."""
    where = with_ids(ids)
    for batch in client.read_batches(database, collection, max(2, len(ids)), where):
        for document in split_documents(batch):
            element = id_of(document)
            if element:
                yield bytes([element.kind]) + element.value, document


def with_ids(ids: list[bytes]) -> bytes:
    """A query for documents by kind and value of their `_id`."""
    places = (Element(b"%d" % at, each[0], each[1:]) for at, each in enumerate(ids))
    among = make_document((Element(b"$in", ARRAY, make_document(places)),))
    return make_document((Element(b"_id", DOCUMENT, among),))
