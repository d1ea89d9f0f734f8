"""The oplog: which of its entries belong to a store, and what they say.

Entries stay as they are, for whoever replays them: mongorestore, or Seawall.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from seawall.engines.mongodb.elements import (
    ARRAY,
    DOCUMENT,
    EMPTY,
    Element,
    document_of,
    elements,
    find,
    make_document,
    text_of,
)
from seawall.engines.mongodb.scope import Scope, is_user_data
from seawall.engines.mongodb.times import BEGINNING, ClusterTime
from seawall.errors import RefusedError

INSERT, UPDATE, DELETE, COMMAND, NOTHING = "i", "u", "d", "c", "n"
CONTENT: Final = frozenset({INSERT, UPDATE, DELETE})
APPLY: Final = b"applyOps"
CREATE, DROP, DROP_DATABASE, RENAME = "create", "drop", "dropDatabase", "renameCollection"
# What changes indexes and options, which are told as they were at the cut.
DESCRIBING: Final = frozenset(
    {
        "createIndexes", "startIndexBuild", "commitIndexBuild", "abortIndexBuild", "dropIndexes",
        "deleteIndexes", "deleteIndex", "collMod",
    }
)  # fmt: skip
KNOWN: Final = frozenset({CREATE, DROP, DROP_DATABASE, RENAME}) | DESCRIBING


@dataclass(frozen=True)
class Entry:
    """One entry, or one part of a transaction's.

    Attributes:
        raw: As it is stored.
        op: Its kind.
        namespace: `database.collection`, or `database.$cmd`.
        time: When; of a part, its transaction's.
    """

    raw: bytes
    op: str
    namespace: str
    time: ClusterTime

    @classmethod
    def read(cls, raw: bytes, time: ClusterTime | None = None) -> Entry:
        """Read what every entry has."""
        told = {each.name: each for each in elements(raw)}
        at = time or ClusterTime.of(told.get(b"ts")) or BEGINNING
        return cls(raw, text_of(told.get(b"op")), text_of(told.get(b"ns")), at)

    @property
    def database(self) -> str:
        """Whose it is."""
        return self.namespace.partition(".")[0]

    @property
    def collection(self) -> str:
        """What it changes."""
        return self.namespace.partition(".")[2]

    @property
    def uuid(self) -> str:
        """Identity of the collection, hex; empty where it is not told."""
        found = find(self.raw, b"ui")
        return found.value[5:].hex() if found else ""

    @property
    def change(self) -> bytes:
        """The document `o`."""
        return document_of(find(self.raw, b"o"))

    @property
    def whose(self) -> bytes:
        """The document `o2`: of an update, the `_id`."""
        return document_of(find(self.raw, b"o2"))

    @property
    def command(self) -> str:
        """Name of a command."""
        first = next(elements(self.change), None)
        return first.name.decode(errors="replace") if first else ""

    @property
    def subject(self) -> str:
        """What a command is about: a collection, or for `renameCollection` a namespace."""
        return text_of(next(elements(self.change), None))

    def parts(self) -> Iterator[Entry]:
        """Itself, or what a transaction consists of."""
        if self.op != COMMAND or find(self.change, APPLY) is None:
            yield self
            return
        for each in elements(document_of(find(self.change, APPLY))):
            yield from Entry.read(each.value, self.time).parts()


def select(raw: bytes, scope: Scope, store: str) -> bytes:
    """The entry as far as it belongs to a store; empty where it does not.

    Raises:
        RefusedError: SW-MONGODB-010 for a change that Seawall does not know how to repeat.
    """
    entry = Entry.read(raw)
    if entry.op == COMMAND and find(entry.change, APPLY):
        return _select_parts(raw, scope, store)
    if entry.op == NOTHING or not entry.op or not scope.holds(entry.database):
        return b""
    if entry.op in CONTENT:
        if not is_user_data(entry.collection):
            # Views are told as they were at the cut.
            return b""
        refuse_unknown_update(entry, store)
        return raw
    if entry.op == COMMAND and entry.command in KNOWN:
        return raw
    raise unknown(entry, entry.command or entry.op, store)


def refuse_unknown_update(entry: Entry, store: str) -> None:
    """Refuse an update that says what to do in another way than MongoDB 5 to 8 do."""
    if entry.op != UPDATE:
        return
    first = next(elements(entry.change), None)
    if first and first.name.startswith(b"$") and find(entry.change, b"diff") is None:
        raise unknown(entry, f"update {first.name.decode(errors='replace')}", store)


def _select_parts(raw: bytes, scope: Scope, store: str) -> bytes:
    """A transaction's entry with those of its parts that belong to a store."""
    entry = Entry.read(raw)
    for name in (b"prepare", b"partialTxn"):
        if find(entry.change, name):
            raise unknown(entry, f"applyOps with {name.decode()}", store)
    kept = [
        part
        for each in elements(document_of(find(entry.change, APPLY)))
        if (part := select(each.value, scope, store))
    ]
    if not kept:
        return b""
    places = (Element(b"%d" % at, DOCUMENT, part) for at, part in enumerate(kept))
    array = Element(APPLY, ARRAY, make_document(places))
    change = make_document(array if each.name == APPLY else each for each in elements(entry.change))
    return make_document(
        Element(b"o", DOCUMENT, change) if each.name == b"o" else each for each in elements(raw)
    )


def unknown(entry: Entry, what: str, store: str) -> RefusedError:
    """The oplog holds what cannot be repeated."""
    return RefusedError(
        "SW-MONGODB-010",
        attempted=f"copy the oplog of store `{store}` up to the cut",
        happened=f"its entry at {entry.time} is a change that Seawall cannot repeat: {what}"
        f" on {entry.namespace}.",
        hint="Run the backup again when it is over.",
    )


def id_of(document: bytes) -> Element | None:
    """A document's `_id`."""
    return find(document or EMPTY, b"_id")
