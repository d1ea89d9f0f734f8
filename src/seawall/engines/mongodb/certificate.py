"""Find the place in the oplog whose content a snapshot shows.

MongoDB's `atClusterTime` is that place. A product that stands in for it may give times to writes
before they become visible: there the place is proven, by looking through the snapshot at every
document that the oplog's last seconds changed. Where no place fits, the snapshot is taken again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from seawall.engines.mongodb.by_id import read_by_ids
from seawall.engines.mongodb.catalog import Catalog
from seawall.engines.mongodb.client import MongodbClient
from seawall.engines.mongodb.diff import apply_update
from seawall.engines.mongodb.elements import read_documents
from seawall.engines.mongodb.oplog import CONTENT, DELETE, UPDATE, Entry, id_of, select
from seawall.engines.mongodb.times import BEGINNING, ClusterTime

LOOK_BACK_SECONDS: Final = 3
SETTLE_SECONDS: Final = 0.05
KEYS_PER_QUERY: Final = 500
END: Final = ClusterTime(2**32 - 1, 0)
Key = tuple[str, str, bytes]


def certify(view: MongodbClient, catalog: Catalog) -> ClusterTime | None:
    """The time whose content a snapshot shows; None when there is none."""
    if view.snapshot is None:
        return None
    last = view.read_oplog_edge(is_last=True)
    # Writes that had their time already have become visible, or never will.
    time.sleep(SETTLE_SECONDS)
    since = view.snapshot.time.before(LOOK_BACK_SECONDS)
    chains = _read_chains(view, catalog, since, last)
    first, end = since, END
    for key, document in _look_up(view, list(chains)):
        seen, unseen = _place(chains[key], document)
        first, end = max(first, seen), min(end, unseen)
    if end == END:
        return max(first, last)
    return max(first, _last_before(chains, end)) if first < end else None


def _read_chains(
    view: MongodbClient, catalog: Catalog, since: ClusterTime, last: ClusterTime
) -> dict[Key, list[Entry]]:
    """What happened to each document, in order, for collections that are still the same."""
    uuids = {(each.database, each.name): each.uuid for each in catalog}
    chains: dict[Key, list[Entry]] = {}
    for raw in read_documents(view.read_oplog(since, last)):
        kept = select(raw, view.scope, view.target.store)
        for entry in Entry.read(kept).parts() if kept else ():
            known = uuids.get((entry.database, entry.collection))
            element = id_of(entry.whose) or id_of(entry.change)
            if entry.op in CONTENT and known in {entry.uuid, ""} and element:
                key = (entry.database, entry.collection, bytes([element.kind]) + element.value)
                chains.setdefault(key, []).append(entry)
    return chains


def _look_up(view: MongodbClient, keys: list[Key]) -> Iterator[tuple[Key, bytes]]:
    """Each document as the snapshot shows it; empty where it shows none."""
    for namespace in sorted({key[:2] for key in keys}):
        of_it = [key for key in keys if key[:2] == namespace]
        for at in range(0, len(of_it), KEYS_PER_QUERY):
            asked = of_it[at : at + KEYS_PER_QUERY]
            found = dict(read_by_ids(view, *namespace, [key[2] for key in asked]))
            yield from ((key, found.get(key[2], b"")) for key in asked)


def _place(chain: list[Entry], document: bytes) -> tuple[ClusterTime, ClusterTime]:
    """The last entry whose outcome the document is, and the first one that it is not."""
    for at in range(len(chain) - 1, -1, -1):
        if _is_outcome(chain[at], document):
            following = chain[at + 1].time if at + 1 < len(chain) else END
            return chain[at].time, following
    return BEGINNING, chain[0].time


def _is_outcome(entry: Entry, document: bytes) -> bool:
    if entry.op == DELETE:
        return not document
    if entry.op == UPDATE:
        return bool(document) and apply_update(document, entry.change) == document
    return entry.change == document


def _last_before(chains: dict[Key, list[Entry]], end: ClusterTime) -> ClusterTime:
    times = (entry.time for chain in chains.values() for entry in chain)
    return max((time for time in times if time < end), default=BEGINNING)
