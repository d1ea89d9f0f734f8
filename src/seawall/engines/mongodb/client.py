"""Connections to one MongoDB server: the only module that imports the driver.

Documents pass through as the bytes they are; commands and their replies as mappings.
"""

from __future__ import annotations

import socket
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from seawall.engines.mongodb.failures import (
    connect_failure,
    driver_missing,
    primary_lost,
    reply_failure,
    url_failure,
)
from seawall.engines.mongodb.scope import Scope
from seawall.engines.mongodb.times import ClusterTime
from seawall.engines.mongodb.versions import Server, refuse_unsupported
from seawall.errors import SeawallError
from seawall.model.target import Target

DEFAULT_PORT: Final = 27017
CONNECT_SECONDS: Final = 10.0
SRV_SCHEME: Final = "mongodb+srv"
LOCAL: Final = "local"
OPLOG: Final = "oplog.rs"
AUTHORIZED: Final = "authorizedDatabases"
# A server fills a reply up to 16 MB unless it is told how many there may be: these are about 2 MB.
_BATCH_ENTRIES: Final = 2000
_BATCH_GROUPS: Final = 20_000


@dataclass(frozen=True)
class Snapshot:
    """A transaction that reads, and the instant it reads at.

    Attributes:
        session: The driver's.
        time: What the server says of the instant.
    """

    session: Any
    time: ClusterTime


class MongodbClient:
    """A store on one server; safe to share between threads, a snapshot one thread at a time.

    Args:
        target: The store.
        driver: The driver's client.
        server: What answered.
        snapshot: Where all reads of documents look; None for the present.
        catalog: What the store is made of at that instant.
    """

    def __init__(
        self,
        target: Target,
        driver: Any,
        server: Server,
        snapshot: Snapshot | None = None,
        catalog: Any = None,
    ) -> None:
        self.target = target
        self.server = server
        self.scope = Scope(target.location.database)
        self.snapshot = snapshot
        self.catalog = catalog
        self._driver = driver

    def run(self, database: str, command: Mapping[str, Any]) -> dict[str, Any]:
        """Run one command outside of the snapshot.

        Raises:
            RefusedError: SW-MONGODB-002 without the right, SW-MONGODB-003 with the server's text.
            UnreachableError: SW-CONNECT-001 or SW-CONNECT-002.
        """
        with translate_errors(self.target, f"run {next(iter(command))}"):
            reply: dict[str, Any] = self._driver[database].command(
                command, codec_options=_codec(), read_preference=_primary()
            )
            return reply

    def run_cursor(self, database: str, command: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The documents that a command's cursor yields, outside of the snapshot."""
        with translate_errors(self.target, f"run {next(iter(command))}"):
            yield from self._driver[database].cursor_command(
                command, codec_options=_codec(), read_preference=_primary()
            )

    def read_batches(
        self, database: str, collection: str, batch: int, where: bytes = b"", concern: str = ""
    ) -> Iterator[bytes]:
        """Documents in natural order, some at a time, as the server sends them.

        Args:
            database: Its name.
            collection: Its name.
            batch: How many at a time.
            where: A query, as BSON; empty for all.
            concern: Read concern of a reading outside of a snapshot.
        """
        session = self.snapshot.session if self.snapshot else None
        with translate_errors(self.target, f"read {database}.{collection}"):
            found = _open(self._driver[database], collection, "" if session else concern)
            cursor = found.find_raw_batches(
                _raw(where) if where else None, session=session, batch_size=batch
            )
            try:
                yield from cursor
            finally:
                cursor.close()

    def read_oplog(self, since: ClusterTime, until: ClusterTime) -> Iterator[bytes]:
        """Batches of the oplog's entries from one time to another, both included."""
        from bson import Timestamp  # noqa: PLC0415 - start-up loads no driver

        where = {"ts": {"$gte": Timestamp(*since), "$lte": Timestamp(*until)}}
        with translate_errors(self.target, "read the oplog"):
            found = _open(self._driver[LOCAL], OPLOG, "majority")
            yield from found.find_raw_batches(
                where,
                sort=[(self._oplog_order(), 1)],
                oplog_replay=True,
                batch_size=_BATCH_ENTRIES,
            )

    def read_oplog_edge(self, *, is_last: bool) -> ClusterTime:
        """The time of the first or the last entry of the oplog."""
        with translate_errors(self.target, "read the oplog"):
            found = self._driver[LOCAL][OPLOG]
            order = [(self._oplog_order(), -1 if is_last else 1)]
            entry = found.find_one({}, {"ts": 1}, sort=order)
            return ClusterTime(entry["ts"].time, entry["ts"].inc) if entry else ClusterTime(0, 0)

    def _oplog_order(self) -> str:
        """What puts the oplog's entries into the order of their times.

        MongoDB keeps them so. SecantusDB gives a transaction its time before its place, so that an
        entry of a later time may come first.
        """
        return "ts" if self.server.emulates else "$natural"

    def has(self, database: str, collection: str, where: Mapping[str, Any] | None = None) -> bool:
        """Whether a collection holds any document, or one that a query finds."""
        session = self.snapshot.session if self.snapshot else None
        with translate_errors(self.target, f"read {database}.{collection}"):
            found = _open(self._driver[database], collection)
            return found.find_one(where, {"_id": 1}, session=session) is not None

    def aggregate(
        self, database: str, collection: str, pipeline: Sequence[Mapping[str, Any]]
    ) -> Iterator[bytes]:
        """Batches of an aggregation's documents; it may use the server's disk."""
        session = self.snapshot.session if self.snapshot else None
        with translate_errors(self.target, f"read {database}.{collection}"):
            yield from _open(self._driver[database], collection).aggregate_raw_batches(
                pipeline, session=session, allowDiskUse=True, batchSize=_BATCH_GROUPS
            )

    def insert(self, database: str, collection: str, documents: Sequence[bytes]) -> None:
        """Insert documents as they are, in their order, whatever a validator says."""
        with translate_errors(self.target, f"write {database}.{collection}"):
            self._driver[database][collection].insert_many(
                [_raw(each) for each in documents],
                ordered=True,
                bypass_document_validation=True,
            )

    def delete(self, database: str, collection: str, where: bytes) -> None:
        """DELETE the documents that a query finds."""
        with translate_errors(self.target, f"write {database}.{collection}"):
            self._driver[database][collection].delete_many(_raw(where))

    def prepare_snapshot(self) -> Any:
        """A session whose next read takes a snapshot; end it with `end_snapshot`."""
        from pymongo.read_concern import ReadConcern  # noqa: PLC0415 - start-up loads no driver

        with translate_errors(self.target, "begin a snapshot"):
            # The connection it will need is opened now.
            self._driver.admin.command("ping")
            session = self._driver.start_session(causal_consistency=False)
            session.start_transaction(
                read_concern=ReadConcern("snapshot"), read_preference=_primary()
            )
            return session

    def take_snapshot(self, session: Any, database: str, collection: str) -> Snapshot:
        """Read one document: one round trip, which fixes what the session sees from now on."""
        with translate_errors(self.target, "take a snapshot"):
            command = {"find": collection, "limit": 1, "projection": {"_id": 1}}
            reply = self._driver[database].command(command, session=session, codec_options=_codec())
            at = reply["cursor"].get("atClusterTime") or reply["operationTime"]
            return Snapshot(session, ClusterTime(at.time, at.inc))

    def at(self, snapshot: Snapshot, catalog: Any) -> MongodbClient:
        """This store as a snapshot sees it; closing that client closes nothing."""
        return MongodbClient(self.target, self._driver, self.server, snapshot, catalog)

    def close(self) -> None:
        """Give back all connections; a second call does nothing."""
        if self.snapshot is None:
            self._driver.close()


def end_snapshot(session: Any) -> None:
    """Let the server forget a snapshot, whether it still knows it or not."""
    import pymongo.errors  # noqa: PLC0415 - start-up loads no driver

    try:
        if session.in_transaction:
            session.abort_transaction()
        session.end_session()
    except pymongo.errors.PyMongoError:
        # It was ended by the server already, or ends with the connection.
        return


def connect(target: Target) -> MongodbClient:
    """Open a store on a MongoDB server.

    Raises:
        UnreachableError: SW-CONNECT-001 or SW-CONNECT-002.
        UsageError: SW-CONNECT-003 for an option that the driver does not know.
        RefusedError: SW-ENGINE-003 or SW-MONGODB-001 for a server that the row does not answer
            for.
    """
    _refuse_silence(target)
    driver = _open_driver(target)
    try:
        with translate_errors(target, "connect"):
            hello = driver.admin.command("hello")
            build = driver.admin.command("buildInfo")
            if not target.location.user:
                # Both are answered without a login; this one only where none is needed.
                driver.admin.command({"listDatabases": 1, "nameOnly": True})
        server = Server.from_replies(build, hello)
        refuse_unsupported(target.store, server)
    except SeawallError:
        driver.close()
        raise
    return MongodbClient(target, driver, server)


@contextmanager
def translate_errors(target: Target, act: str) -> Generator[None]:
    """Turn the driver's errors into Seawall's; their texts hold no secret."""
    import bson.errors  # noqa: PLC0415 - start-up loads no driver
    import pymongo.errors as driver  # noqa: PLC0415 - the same

    try:
        yield
    except driver.BulkWriteError as error:
        bulk: Any = error
        first: Any = bulk.details["writeErrors"][0]
        raise reply_failure(target, act, first["code"], first["errmsg"]) from None
    except driver.OperationFailure as error:
        details: Mapping[str, Any] = error.details or {}
        said = str(details.get("errmsg") or error)
        raise reply_failure(target, act, error.code or 0, said) from None
    except (driver.ConfigurationError, driver.InvalidURI) as error:
        raise url_failure(target, str(error)) from None
    except driver.NotPrimaryError as error:
        raise primary_lost(target, act, str(error)) from None
    except (driver.PyMongoError, bson.errors.BSONError, OSError) as error:
        raise connect_failure(target, act, str(error)) from None


def write_json(value: Mapping[str, Any]) -> str:
    """Canonical Extended JSON, in the mapping's order."""
    from bson import json_util  # noqa: PLC0415 - start-up loads no driver

    return json_util.dumps(value, json_options=json_util.CANONICAL_JSON_OPTIONS, ensure_ascii=False)


def read_json(text: str) -> dict[str, Any]:
    """Extended JSON as a command can take it; every number keeps its type."""
    from bson import json_util  # noqa: PLC0415 - start-up loads no driver

    read: dict[str, Any] = json_util.loads(text, json_options=json_util.CANONICAL_JSON_OPTIONS)
    return read


def decode(document: bytes) -> dict[str, Any]:
    """A document as a mapping: for commands and options, not for content."""
    import bson  # noqa: PLC0415 - start-up loads no driver

    driver: Any = bson
    decoded: dict[str, Any] = driver.decode(document, codec_options=_codec())
    return decoded


def _codec() -> Any:
    from bson.codec_options import CodecOptions, DatetimeConversion  # noqa: PLC0415 - as above

    options: Any = CodecOptions
    return options(
        datetime_conversion=DatetimeConversion.DATETIME_MS,
        unicode_decode_error_handler="surrogateescape",
    )


def _primary() -> Any:
    from pymongo.read_preferences import ReadPreference  # noqa: PLC0415 - as above

    return ReadPreference.PRIMARY


def _raw(document: bytes) -> Any:
    from bson.raw_bson import RawBSONDocument  # noqa: PLC0415 - as above

    return RawBSONDocument(document)


def _open(database: Any, collection: str, concern: str = "") -> Any:
    from pymongo.read_concern import ReadConcern  # noqa: PLC0415 - as above

    read_concern = ReadConcern(concern) if concern else None
    return database.get_collection(
        collection, read_concern=read_concern, read_preference=_primary()
    )


def _refuse_silence(target: Target) -> None:
    """Find out at once that no member listens: the driver would wait for somebody to come."""
    location = target.location
    if location.scheme == SRV_SCHEME:
        return
    failures = [_silence(*each) for each in location.addresses]
    if all(failures):
        raise connect_failure(target, "connect", str(failures[0]))


def _silence(host: str, port: int) -> OSError | None:
    """Why one member cannot be reached; None where it can."""
    try:
        if host.startswith("/"):
            with socket.socket(socket.AF_UNIX) as local:
                local.settimeout(CONNECT_SECONDS)
                local.connect(host)
        else:
            where = (host or "127.0.0.1", port or DEFAULT_PORT)
            socket.create_connection(where, CONNECT_SECONDS).close()
    except OSError as error:
        return error
    return None


def _open_driver(target: Target) -> Any:
    try:
        from pymongo import MongoClient  # noqa: PLC0415 - start-up loads no driver
    except ImportError:
        raise driver_missing(target) from None
    location = target.location
    given = {name.lower() for name, _ in location.options}
    defaults: dict[str, Any] = {
        "appname": "seawall",
        "serverselectiontimeoutms": CONNECT_SECONDS * 1000,
        "connecttimeoutms": CONNECT_SECONDS * 1000,
        "retrywrites": False,
    }
    chosen = {name: value for name, value in defaults.items() if name not in given}
    with translate_errors(target, "connect"), _strict_options():
        return MongoClient(location.url(), **chosen)


@contextmanager
def _strict_options() -> Generator[None]:
    """The driver only warns of an option that it does not know."""
    import warnings  # noqa: PLC0415 - only here

    import pymongo.errors  # noqa: PLC0415 - start-up loads no driver

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            yield
        except Warning as warning:
            raise pymongo.errors.ConfigurationError(str(warning)) from None
