"""Replay a stored oplog over a copy: each document that it changed is written once a chunk.

Documents do not depend on each other before the indexes are there, so that a chunk's entries are
worked off document by document.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from seawall.engines.mongodb.by_id import read_by_ids, with_ids
from seawall.engines.mongodb.client import MongodbClient, decode
from seawall.engines.mongodb.diff import apply_update
from seawall.engines.mongodb.elements import (
    find,
    read_documents,
    text_of,
)
from seawall.engines.mongodb.oplog import (
    COMMAND,
    CREATE,
    DELETE,
    DESCRIBING,
    DROP,
    DROP_DATABASE,
    RENAME,
    UPDATE,
    Entry,
    id_of,
)
from seawall.engines.mongodb.transfer import INSERT_BYTES, insert_all

CHUNK_ENTRIES: Final = 2000
CHUNK_BYTES: Final = 8 << 20
KEYS_PER_QUERY: Final = 500
Namespace = tuple[str, str]
Chain = list[Entry]
# Of `create`: what is no option of the collection.
NO_OPTIONS: Final = frozenset({CREATE, "idIndex", "uuid"})


class Replay:
    """Replays into one client's store.

    Args:
        client: Of the restored server.
        existing: Collections that are there.
    """

    def __init__(self, client: MongodbClient, existing: Iterable[Namespace]) -> None:
        self._client = client
        self.existing = set(existing)
        self._chains: dict[Namespace, dict[bytes, Chain]] = {}
        self._entries = self._bytes = 0

    def apply(self, chunks: Iterable[bytes]) -> None:
        """Replay all of it."""
        for raw in read_documents(chunks):
            for entry in Entry.read(raw).parts():
                self._add(entry)
        self._flush()

    def _add(self, entry: Entry) -> None:
        if entry.op == COMMAND:
            if entry.command not in DESCRIBING:
                self._flush()
                self._run(entry)
            return
        element = id_of(entry.whose) or id_of(entry.change)
        if element is None:
            return
        chains = self._chains.setdefault((entry.database, entry.collection), {})
        chains.setdefault(bytes([element.kind]) + element.value, []).append(entry)
        self._entries += 1
        self._bytes += len(entry.raw)
        if self._entries >= CHUNK_ENTRIES or self._bytes >= CHUNK_BYTES:
            self._flush()

    def _flush(self) -> None:
        chains, self._chains = self._chains, {}
        self._entries = self._bytes = 0
        for namespace, of_it in chains.items():
            self.existing.add(namespace)
            keys = list(of_it)
            for at in range(0, len(keys), KEYS_PER_QUERY):
                asked = keys[at : at + KEYS_PER_QUERY]
                self._write(namespace, {key: of_it[key] for key in asked})

    def _write(self, namespace: Namespace, chains: dict[bytes, Chain]) -> None:
        """Bring some documents of a collection to what their entries say."""
        stale: list[bytes] = []
        new: list[bytes] = []
        size = 0
        for key, old in read_by_ids(self._client, *namespace, list(chains)):
            # What was replaced below may be found once more.
            outcome = _replay(old, chains.pop(key)) if key in chains else old
            if outcome != old:
                stale.append(key)
                new += [outcome] if outcome else []
                size += len(outcome)
            if size >= INSERT_BYTES:
                self._replace(namespace, stale, new)
                size = 0
        self._replace(namespace, stale, new)
        outcomes = (_replay(b"", chain) for chain in chains.values())
        insert_all(self._client, *namespace, filter(None, outcomes))

    def _replace(self, namespace: Namespace, stale: list[bytes], new: list[bytes]) -> None:
        if stale:
            self._client.delete(*namespace, with_ids(stale))
        insert_all(self._client, *namespace, new)
        stale.clear()
        new.clear()

    def _run(self, entry: Entry) -> None:
        """Repeat a command, unless the copy was made after it."""
        namespace = (entry.database, entry.subject)
        if entry.command == DROP_DATABASE:
            self._client.run(entry.database, {"dropDatabase": 1})
            self.existing = {each for each in self.existing if each[0] != entry.database}
        elif entry.command == DROP and namespace in self.existing:
            self._client.run(entry.database, {"drop": entry.subject})
            self.existing.discard(namespace)
        elif entry.command == CREATE and namespace not in self.existing:
            self._create(entry, namespace)
        elif entry.command == RENAME:
            self._rename(entry)

    def _create(self, entry: Entry, namespace: Namespace) -> None:
        told = decode(entry.change)
        if "viewOn" in told:
            return
        options = {name: value for name, value in told.items() if name not in NO_OPTIONS}
        self._client.run(entry.database, {"create": entry.subject, **options})
        self.existing.add(namespace)

    def _rename(self, entry: Entry) -> None:
        source, target = entry.subject, text_of(find(entry.change, b"to"))
        old, new = _split(source), _split(target)
        if old in self.existing:
            command = {RENAME: source, "to": target, "dropTarget": True}
            self._client.run("admin", command)
            self.existing.discard(old)
            self.existing.add(new)


def _replay(document: bytes, chain: Chain) -> bytes:
    """What a document is after its entries; empty when it is gone."""
    for entry in chain:
        if entry.op == DELETE:
            document = b""
        elif entry.op == UPDATE:
            # Of a document that is gone by now: its removal, or its insertion, is still to come.
            document = apply_update(document, entry.change) if document else b""
        else:
            document = entry.change
    return document


def _split(namespace: str) -> Namespace:
    database, _, collection = namespace.partition(".")
    return database, collection
