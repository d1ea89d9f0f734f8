"""Documents whose updates an oplog does not tell completely, stored as they are at the cut.

MongoDB's entries tell the order of new fields. Those of SecantusDB name what changed, as change
streams do: of two new fields not which comes first, of `a.b` not whether it is one name or two.
Such a document gets one more entry at the end of the log: all of it, read through the cut's
snapshot.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.engines.mongodb.by_id import read_by_ids
from seawall.engines.mongodb.client import MongodbClient
from seawall.engines.mongodb.elements import (
    DOCUMENT,
    TIMESTAMP,
    Element,
    document_of,
    elements,
    find,
    make_document,
    make_text,
    text_of,
)
from seawall.engines.mongodb.oplog import (
    COMMAND,
    DROP,
    DROP_DATABASE,
    RENAME,
    UPDATE,
    Entry,
    id_of,
)
from seawall.engines.mongodb.times import ClusterTime

KEYS_PER_QUERY: Final = 200
Namespace = tuple[str, str]


class Unordered:
    """Remembers such documents while a log is read."""

    def __init__(self) -> None:
        self._keys: dict[Namespace, set[bytes]] = {}

    def note(self, raw: bytes) -> None:
        """Look at the next entry of the log."""
        for entry in Entry.read(raw).parts():
            if entry.op == COMMAND:
                self._follow(entry)
            elif entry.op == UPDATE and _is_unordered(entry.change):
                element = id_of(entry.whose)
                if element:
                    key = bytes([element.kind]) + element.value
                    self._keys.setdefault((entry.database, entry.collection), set()).add(key)

    def entries(self, view: MongodbClient, time: ClusterTime) -> Iterator[bytes]:
        """One entry for each of them that exists at the cut."""
        for namespace, keys in self._keys.items():
            ordered = sorted(keys)
            for at in range(0, len(ordered), KEYS_PER_QUERY):
                asked = ordered[at : at + KEYS_PER_QUERY]
                for key, document in read_by_ids(view, *namespace, asked):
                    yield _make_entry(namespace, key, document, time)

    def _follow(self, entry: Entry) -> None:
        """A collection that is renamed takes its documents along; a dropped one loses them."""
        if entry.command == RENAME:
            old, new = entry.subject, text_of(find(entry.change, b"to"))
            moved = self._keys.pop(_split(old), set())
            self._keys[_split(new)] = moved
        elif entry.command == DROP:
            self._keys.pop((entry.database, entry.subject), None)
        elif entry.command == DROP_DATABASE:
            for each in [each for each in self._keys if each[0] == entry.database]:
                del self._keys[each]


def _is_unordered(change: bytes) -> bool:
    told = find(document_of(find(change, b"diff")), b"updatedFields")
    names = [each.name for each in elements(document_of(told))]
    return len(names) > 1 or any(b"." in name for name in names)


def _make_entry(namespace: Namespace, key: bytes, document: bytes, time: ClusterTime) -> bytes:
    whose = make_document((Element(b"_id", key[0], key[1:]),))
    return make_document(
        (
            make_text(b"op", UPDATE),
            make_text(b"ns", ".".join(namespace)),
            Element(b"o", DOCUMENT, document),
            Element(b"o2", DOCUMENT, whose),
            Element(b"ts", TIMESTAMP, time.value()),
        )
    )


def _split(namespace: str) -> Namespace:
    database, _, collection = namespace.partition(".")
    return database, collection
