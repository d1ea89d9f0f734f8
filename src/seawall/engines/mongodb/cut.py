"""Cut a store: one read that begins a snapshot, and what the store is made of at that instant."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

from seawall.engines.mongodb.catalog import Catalog, collections_of, read_catalog, same
from seawall.engines.mongodb.certificate import certify
from seawall.engines.mongodb.client import MongodbClient, Snapshot, end_snapshot
from seawall.engines.mongodb.times import ClusterTime
from seawall.errors import RefusedError
from seawall.model.point import Cut
from seawall.model.position import Position

# A snapshot that the server could not give: the next one may be had.
PASSING: Final = frozenset({"SW-MONGODB-004", "SW-MONGODB-005"})
EXCLUDED: Final = (("users and roles", "They belong to the server: a restored one has its own."),)


class SnapshotCut:
    """A transaction that only reads.

    Args:
        client: Of the source.
        has_log: Whether the cut must be a place in the oplog as well.
    """

    def __init__(self, client: MongodbClient, *, has_log: bool) -> None:
        self._client = client
        self._has_log = has_log
        self._session: Any = None
        self._snapshot: Snapshot | None = None
        self._catalog: Catalog = ()
        self._renew()

    def take(self) -> None:
        """Begin the snapshot: one round trip."""
        first = next(collections_of(self._catalog), None)
        database = first.database if first else self._client.scope.database or "test"
        try:
            self._snapshot = self._client.take_snapshot(
                self._session, database, first.name if first else "none"
            )
        except RefusedError as error:
            if error.code not in PASSING:
                raise

    def settle(self) -> Cut | None:
        """Where the cut is, if the store was made of the same before it and after it."""
        snapshot = self._snapshot
        if snapshot and same(self._catalog, read_catalog(self._client)):
            time: ClusterTime | None = snapshot.time
            if self._has_log and self._client.server.emulates:
                time = certify(self._client.at(snapshot, self._catalog), self._catalog)
            if time:
                self._snapshot = Snapshot(snapshot.session, time)
                return Cut(Position.single(str(time)), exact=True, excluded=EXCLUDED)
        self._renew()
        return None

    @contextmanager
    def view(self) -> Generator[MongodbClient]:
        """The store as the snapshot sees it."""
        yield self.reader()

    def reader(self) -> MongodbClient:
        """A client of the store as the snapshot sees it; for one thread at a time."""
        if self._snapshot is None:
            msg = "the cut is not settled"
            raise RuntimeError(msg)
        return self._client.at(self._snapshot, self._catalog)

    def close(self) -> None:
        """Let the server forget the snapshot."""
        if self._session is not None:
            end_snapshot(self._session)
        self._session = self._snapshot = None

    def _renew(self) -> None:
        self.close()
        self._catalog = read_catalog(self._client)
        self._session = self._client.prepare_snapshot()


@contextmanager
def prepare_cut(client: MongodbClient, *, has_log: bool) -> Generator[SnapshotCut]:
    """Open what a cut needs; leaving ends the snapshot."""
    cut = SnapshotCut(client, has_log=has_log)
    try:
        yield cut
    finally:
        cut.close()
