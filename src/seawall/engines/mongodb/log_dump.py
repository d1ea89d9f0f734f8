"""`backup` by a copy and the oplog: the copy may take hours, the oplog leads from it to the cut.

Replayed over the copy in its order, the oplog gives exactly the content of its end, however far
the copy was while it changed: entries say what a document is then, not what is to be added to it.
The pieces are those of `mongodump --oplog`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Final

from seawall.capabilities.backup import Sink
from seawall.capabilities.server import OpenSandbox
from seawall.engines.mongodb.catalog import Catalog, collections_of, read_catalog
from seawall.engines.mongodb.client import MongodbClient
from seawall.engines.mongodb.cut import SnapshotCut, prepare_cut
from seawall.engines.mongodb.dump import Details, describe
from seawall.engines.mongodb.elements import read_documents
from seawall.engines.mongodb.failures import LostCursorError
from seawall.engines.mongodb.names import CATALOG, DATA, METADATA, OPLOG, Stems
from seawall.engines.mongodb.oplog import (
    COMMAND,
    CONTENT,
    DROP,
    DROP_DATABASE,
    RENAME,
    Entry,
    select,
)
from seawall.engines.mongodb.reading import read_collection
from seawall.engines.mongodb.size import fits
from seawall.engines.mongodb.times import BEGINNING, ClusterTime
from seawall.engines.mongodb.unordered import Unordered
from seawall.errors import RefusedError
from seawall.model.artifact import Role
from seawall.model.point import Cut

METHOD: Final = "mongodb/dump-oplog/1"
CHUNK_BYTES: Final = 512 << 10
# How long before its end a product that stands in for MongoDB may still be writing the oplog.
UNSETTLED_SECONDS: Final = 3
LIST_TRIES: Final = 20
Namespace = tuple[str, str]


class LogBackup:
    """Copies before the point, and takes the oplog after it."""

    def __init__(self, client: MongodbClient) -> None:
        self._client = client

    @contextmanager
    def open(self, scratch: Path, sandbox: OpenSandbox) -> Generator[LogSession]:
        """Begin; nothing is left on the server."""
        del scratch, sandbox  # All is streamed, and read from the source itself.
        yield LogSession(self._client)


class LogSession:
    """One backup."""

    def __init__(self, client: MongodbClient) -> None:
        self._client = client
        self._stems = Stems()
        self._catalog: Catalog = ()
        self._start = self._listed = self._copied = self._end = BEGINNING
        self._entries = 0
        self._cut_short: set[Namespace] = set()
        self._cut: SnapshotCut | None = None

    def copy_base(self, sink: Sink) -> None:
        """Copy every collection: in one snapshot where the server keeps it long enough."""
        self._listed, self._catalog = _list_quietly(self._client)
        self._start = self._find_start()
        in_one = prepare_cut(self._client, has_log=False) if fits(self._client) else nullcontext()
        with in_one as cut:
            reader = self._client
            if cut:
                cut.take()
                reader = cut.reader()
            for each in self._catalog:
                stem = self._stems.give(each.database, each.name)
                sink.write(stem + METADATA, Role.BASE, [each.to_metadata().encode()])
            for each in collections_of(self._catalog):
                stem = self._stems.give(each.database, each.name)
                namespace = (each.database, each.name)
                batches = read_collection(reader, each, "" if cut else "majority")
                sink.write(stem + DATA, Role.BASE, self._read_on(batches, namespace))
        self._copied = self._client.read_oplog_edge(is_last=True)

    @contextmanager
    def prepare(self) -> Generator[SnapshotCut]:
        """Begin the transaction that will be the cut."""
        with prepare_cut(self._client, has_log=True) as self._cut:
            yield self._cut

    def copy_to(self, cut: Cut, sink: Sink) -> None:
        """Store the oplog up to the cut, and what the store was made of there."""
        self._end = ClusterTime.parse(cut.position.text)
        first = self._client.read_oplog_edge(is_last=False)
        if first > self._start:
            raise _rolled_over(self._client.target.store, self._start, first)
        sink.write(OPLOG, Role.LOG, self._read_log())
        if self._cut:
            lines = (each.to_metadata() + "\n" for each in read_catalog(self._cut.reader()))
            sink.write(CATALOG, Role.DUMP, ["".join(lines).encode()])

    def details(self) -> Details:
        """What the restore and the log check must know."""
        return (
            *describe(self._client, self._stems),
            ("log_start", str(self._start)),
            ("log_end", str(self._end)),
            ("log_entries", str(self._entries)),
        )

    def _find_start(self) -> ClusterTime:
        """Where the oplog is taken from: at the list, or safely before it."""
        if not self._client.server.emulates:
            return self._listed
        before = self._listed.before(UNSETTLED_SECONDS)
        return max(before, self._client.read_oplog_edge(is_last=False))

    def _read_on(self, batches: Iterator[bytes], namespace: Namespace) -> Iterator[bytes]:
        """A collection's batches; it may be dropped meanwhile, which the oplog must tell."""
        try:
            yield from batches
        except LostCursorError:
            self._cut_short.add(namespace)

    def _read_log(self) -> Iterator[bytes]:
        """The entries of this store, in chunks."""
        held: list[bytes] = []
        size = 0
        for each in self._read_entries():
            self._entries += 1
            held.append(each)
            size += len(each)
            if size >= CHUNK_BYTES:
                yield b"".join(held)
                held, size = [], 0
        yield b"".join(held)

    def _read_entries(self) -> Iterator[bytes]:
        unordered = Unordered()
        for raw in read_documents(self._client.read_oplog(self._start, self._end)):
            kept = select(raw, self._client.scope, self._client.target.store)
            if kept and self._is_wanted(kept):
                unordered.note(kept)
                yield kept
        if self._cut_short:
            raise _gone(self._client.target.store, *min(self._cut_short))
        if self._cut:
            yield from unordered.entries(self._cut.reader(), self._end)

    def _is_wanted(self, raw: bytes) -> bool:
        """Whether an entry is to be replayed over the copy.

        Raises:
            RefusedError: SW-MONGODB-005 for a collection that was renamed while it was copied.
        """
        entry = Entry.read(raw)
        if entry.time <= self._listed:
            # What the list shows already; only content may not have been visible yet.
            return entry.op in CONTENT and self._is_listed(entry)
        if entry.op == COMMAND:
            if entry.command == RENAME and entry.time <= self._copied:
                raise _gone(self._client.target.store, entry.database, entry.subject)
            self._forget_dropped(entry)
        return True

    def _is_listed(self, entry: Entry) -> bool:
        return any(
            (each.database, each.name) == (entry.database, entry.collection)
            and each.uuid == entry.uuid
            for each in self._catalog
        )

    def _forget_dropped(self, entry: Entry) -> None:
        """A collection whose copy was cut short is not needed when the oplog drops it."""
        if entry.command == DROP_DATABASE:
            self._cut_short = {each for each in self._cut_short if each[0] != entry.database}
        elif entry.command == DROP:
            self._cut_short.discard((entry.database, entry.subject))


def _list_quietly(client: MongodbClient) -> tuple[ClusterTime, Catalog]:
    """A list of collections, and a time in the oplog at which it was right.

    Raises:
        RefusedError: SW-MONGODB-012 when collections are made and dropped all the time.
    """
    for _ in range(LIST_TRIES):
        before = client.read_oplog_edge(is_last=True)
        catalog = read_catalog(client)
        after = client.read_oplog_edge(is_last=True)
        entries = map(Entry.read, read_documents(client.read_oplog(before, after)))
        if not any(
            each.op == COMMAND and each.time > before and client.scope.holds(each.database)
            for each in entries
        ):
            return before, catalog
    raise RefusedError(
        "SW-MONGODB-012",
        attempted=f"list the collections of store `{client.target.store}`",
        happened=f"they changed during each of {LIST_TRIES} tries.",
        hint="Run the backup again at a quieter time.",
    )


def _rolled_over(store: str, start: ClusterTime, first: ClusterTime) -> RefusedError:
    return RefusedError(
        "SW-MONGODB-013",
        attempted=f"copy the oplog of store `{store}` from {start} on",
        happened=f"the server has forgotten all before {first}: its oplog is too small for the time"
        " that the copy took.",
        hint="Make it larger: `db.adminCommand({replSetResizeOplog: 1, size: MEGABYTES})`.",
    )


def _gone(store: str, database: str, collection: str) -> RefusedError:
    return RefusedError(
        "SW-MONGODB-005",
        attempted=f"copy {database}.{collection} of store `{store}`",
        happened="it was renamed, or lost in another way, while it was being copied.",
        hint="Run the backup again.",
    )
