"""`schema`: the fields that a sample of each collection's documents has, and their kinds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final
from uuid import UUID

from seawall.engines.mongodb.catalog import Described, collections_of, read_catalog
from seawall.engines.mongodb.client import MongodbClient, decode
from seawall.engines.mongodb.elements import (
    ARRAY,
    DOCUMENT,
    INT32,
    INT64,
    TEXT,
    Element,
    elements,
    find,
    make_document,
    make_text,
    split_documents,
)
from seawall.engines.mongodb.values import BINARY, OBJECT_ID, UUID_SUBTYPE, link_texts
from seawall.model.schema import Kind, Schema, SchemaField, Shape

SAMPLE: Final = 1000
DEEPEST: Final = 3
# A sample of values is taken from so many documents and no more.
MOST_DOCUMENTS: Final = 20_000
OBJECT_ID_DIGITS: Final = 24
LARGEST: Final = 2**63
KINDS: Final = {
    TEXT: Kind.TEXT,
    INT32: Kind.INTEGER,
    INT64: Kind.INTEGER,
    OBJECT_ID: Kind.OBJECT_ID,
}


class MongodbSchema:
    """Looks at so many documents and no more."""

    def __init__(self, client: MongodbClient) -> None:
        self._client = client
        self._known: dict[str, Described] = {}

    def read(self) -> Schema:
        """Shapes by sample; a document store keeps no references."""
        scope = self._client.scope
        listed = collections_of(read_catalog(self._client))
        self._known = {scope.show(each.database, each.name): each for each in listed}
        shapes = tuple(
            Shape(name, tuple(self._read_fields(each)))
            for name, each in sorted(self._known.items())
        )
        return Schema(shapes, ())

    def sample(self, collection: str, field: str, most: int) -> tuple[str, ...]:
        """Distinct values of the first documents."""
        stages: list[dict[str, Any]] = [
            {"$limit": MOST_DOCUMENTS},
            {"$group": {"_id": f"${field}"}},
        ]
        return tuple(islice(self._read_texts(collection, stages), most))

    def find(self, collection: str, field: str, texts: tuple[str, ...]) -> int:
        """Ask for the values that a text may stand for."""
        candidates = (each for text in texts for each in _candidates(text))
        places = (each._replace(name=b"%d" % at) for at, each in enumerate(candidates))
        among = make_document((Element(b"$in", ARRAY, make_document(places)),))
        where = decode(make_document((Element(field.encode(), DOCUMENT, among),)))
        stages: list[dict[str, Any]] = [{"$match": where}, {"$group": {"_id": f"${field}"}}]
        return len(set(self._read_texts(collection, stages)) & set(texts)) if texts else 0

    def _read_fields(self, described: Described) -> Iterator[SchemaField]:
        kinds: dict[str, set[Kind]] = {}
        stages = [{"$limit": SAMPLE}]
        for batch in self._client.aggregate(described.database, described.name, stages):
            for document in split_documents(batch):
                for name, kind in _fields(document, DEEPEST):
                    kinds.setdefault(name, set()).add(kind)
        unique = _unique_fields(described)
        for name, found in kinds.items():
            kind = found.pop() if len(found) == 1 else Kind.OTHER
            yield SchemaField(name, kind, name in unique)

    def _read_texts(self, collection: str, stages: list[dict[str, Any]]) -> Iterator[str]:
        described = self._known[collection]
        seen: set[str] = set()
        for batch in self._client.aggregate(described.database, described.name, stages):
            for document in split_documents(batch):
                for text in link_texts(find(document, b"_id")):
                    if text is not None and text not in seen:
                        seen.add(text)
                        yield text


def _fields(document: bytes, depth: int) -> Iterator[tuple[str, Kind]]:
    for each in elements(document):
        name = each.name.decode(errors="replace")
        is_uuid = each.kind == BINARY and each.value[4] == UUID_SUBTYPE
        yield name, Kind.UUID if is_uuid else KINDS.get(each.kind, Kind.OTHER)
        if each.kind == DOCUMENT and depth > 1:
            yield from ((f"{name}.{below}", kind) for below, kind in _fields(each.value, depth - 1))


def _unique_fields(described: Described) -> set[str]:
    """Fields by which one document is found without reading all."""
    alone = [index for index in described.indexes if len(index["key"]) == 1]
    found = {
        str(next(iter(index["key"])))
        for index in alone
        if index.get("unique") and "partialFilterExpression" not in index
    }
    return found | {"_id"}


def _candidates(text: str) -> Iterator[Element]:
    """The values whose link text a text is."""
    yield make_text(b"", text)
    if text.lstrip("-").isdecimal() and text.isascii() and -LARGEST <= int(text) < LARGEST:
        yield Element(b"", INT64, int(text).to_bytes(8, "little", signed=True))
    if len(text) == OBJECT_ID_DIGITS:
        try:
            yield Element(b"", OBJECT_ID, bytes.fromhex(text))
        except ValueError:
            return
    try:
        content = UUID(text).bytes
    except ValueError:
        return
    yield Element(b"", BINARY, len(content).to_bytes(4, "little") + b"\x04" + content)
