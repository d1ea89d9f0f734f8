"""The only module that speaks to PostgreSQL's driver.

A client opens connections as they are asked for. Every session pins what shapes a value's text,
and every failure leaves as one of Seawall's errors, without a secret in its text.
"""

from __future__ import annotations

import importlib.util
import select
import struct
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from seawall.capability import Rights
from seawall.engines.postgres.failures import (
    connect_failure,
    driver_missing,
    statement_failure,
    stream_failure,
    unsupported,
)
from seawall.engines.postgres.login import connection_parameters
from seawall.engines.postgres.wal import format_lsn, parse_lsn
from seawall.errors import SeawallError
from seawall.families.one_host import one_host
from seawall.model.secret import Secret
from seawall.model.target import Target

if TYPE_CHECKING:
    import psycopg

FIRST_MAJOR: Final = 14
LAST_MAJOR: Final = 18
STREAM_ROWS = 1000
# A piece of log: its kind, its place, the end of the log there, and the time.
LOG_HEADER_BYTES = 1 + 8 + 8 + 8
POSTGRES_EPOCH_SECONDS = 946_684_800

# Everything by which the text of an equal value could differ between two servers.
PINNED: Final = {
    "client_encoding": "UTF8",
    "standard_conforming_strings": "on",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "extra_float_digits": "3",
    "bytea_output": "hex",
    "xmlbinary": "base64",
    "lc_monetary": "C",
    "lc_numeric": "C",
    "search_path": "",
    "row_security": "off",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
    "default_transaction_read_only": "off",
    "synchronize_seqscans": "off",
}
PINNED_SINCE: Final = {17: {"transaction_timeout": "0"}}


class Session:
    """One connection. Statements commit by themselves unless `BEGIN` was run."""

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]], store: str) -> None:
        self._connection = connection
        self._store = store
        self.major = connection.info.server_version // 10000

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Run one statement and fetch all it returns."""
        with self._translated():
            return self._connection.execute(query.encode(), parameters or None).fetchall()

    def value(self, query: str, *parameters: object) -> Any:
        """The first column of the only row."""
        return self.rows(query, *parameters)[0][0]

    def run(self, statements: str) -> None:
        """Run statements whose results do not matter."""
        with self._translated():
            self._connection.execute(statements.encode())

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Run one statement and fetch what it returns little by little."""
        with self._translated(), self._connection.cursor() as cursor:
            yield from cursor.stream(query.encode(), size=STREAM_ROWS)

    @contextmanager
    def snapshot(self) -> Generator[None]:
        """Read all of one instant; nothing changes where a snapshot is open already."""
        if self.is_in_transaction:
            yield
            return
        self.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield
        finally:
            if self._is_waiting_for_statements:
                self.run("ROLLBACK")

    @property
    def is_in_transaction(self) -> bool:
        """Whether `BEGIN` was run and nothing has ended it."""
        from psycopg.pq import TransactionStatus  # noqa: PLC0415 - start-up loads no driver

        status = self._connection.info.transaction_status
        return status not in {TransactionStatus.IDLE, TransactionStatus.UNKNOWN}

    @property
    def _is_waiting_for_statements(self) -> bool:
        """False in the middle of a statement that an interrupt broke off, which cannot go on."""
        from psycopg.pq import TransactionStatus  # noqa: PLC0415 - start-up loads no driver

        status = self._connection.info.transaction_status
        return status in {TransactionStatus.INTRANS, TransactionStatus.INERROR}

    def copy_out(self, query: str) -> Iterator[memoryview]:
        """Run a COPY ... TO STDOUT; each chunk is one whole row, its line end included."""
        with self._translated():
            connection = self._connection.pgconn
            self._check(connection.exec_(query.encode()))
            while True:
                size, row = connection.get_copy_data(0)
                if size <= 0:
                    break
                yield row
            self._check(connection.get_result())
            while connection.get_result() is not None:
                pass

    def send(self, query: str) -> None:
        """Send one statement without waiting for what it returns."""
        with self._translated():
            self._connection.pgconn.send_query(query.encode())

    def receive(self) -> tuple[str, ...]:
        """The only row of the statement that was sent, as text."""
        from psycopg import pq  # noqa: PLC0415 - start-up loads no driver

        with self._translated():
            connection = self._connection.pgconn
            result = connection.get_result()
            while connection.get_result() is not None:
                pass
            if result is None or result.status != pq.ExecStatus.TUPLES_OK:
                self._check(result)
                return ()
            values = (result.get_value(0, column) for column in range(result.nfields))
            return tuple((value or b"").decode() for value in values)

    def scram_verifier(self, user: str, password: Secret) -> str:
        """What a server stores of a password; computed here, so that it never sees the password."""
        encrypt = self._connection.pgconn.encrypt_password
        plain = password.reveal().encode()
        return encrypt(plain, user.encode(), b"scram-sha-256").decode()

    def close(self) -> None:
        """Close the connection; the server rolls an open transaction back."""
        self._connection.close()

    def _check(self, result: Any) -> None:
        from psycopg import pq  # noqa: PLC0415 - start-up loads no driver
        from psycopg.errors import error_from_result  # noqa: PLC0415 - start-up loads no driver

        if result is not None and result.status in {
            pq.ExecStatus.FATAL_ERROR,
            pq.ExecStatus.BAD_RESPONSE,
        }:
            connection = self._connection.pgconn
            while connection.get_result() is not None:
                pass
            raise error_from_result(result, encoding="utf-8")

    @contextmanager
    def _translated(self) -> Generator[None]:
        import psycopg  # noqa: PLC0415 - start-up loads no driver

        try:
            yield
        except psycopg.Error as error:
            raise statement_failure(
                self._store, error.sqlstate or "", str(error), is_lost=self._connection.broken
            ) from error


@dataclass(frozen=True)
class View:
    """A store as it was at a cut.

    Attributes:
        session: Its transaction sees the cut and nothing later.
        is_logical: Whether the cut is restored from a dump.
        sequence_floors: How far sequences had counted before the cut.
    """

    session: Session
    is_logical: bool
    sequence_floors: dict[str, int]


class PostgresClient:
    """One store: a login, and connections opened as they are needed.

    Args:
        target: Where the store is.
        view: The store as it was at a cut, instead of as it is now.
    """

    def __init__(self, target: Target, view: View | None = None) -> None:
        self.target = target
        self.rights: Rights | None = None
        self._view = view
        self._session = view.session if view else None

    @property
    def is_logical(self) -> bool:
        """Whether this store is compared with one that is restored from a dump, or is that one."""
        if self._view:
            return self._view.is_logical
        source = self.session.value("SELECT current_setting('seawall.restored_from', true)")
        return (source or "").startswith("postgres/dump")

    @property
    def sequence_floors(self) -> dict[str, int] | None:
        """What sequences had reached before the cut; None where their value now is asked for."""
        return self._view.sequence_floors if self._view else None

    @property
    def session(self) -> Session:
        """The session that all capabilities of this client share."""
        if self._session is None:
            self._session = self.open_session()
        return self._session

    def open_session(self, database: str = "") -> Session:
        """Open one more connection, to the store or to another database of its server."""
        return Session(open_connection(self.target, database), self.target.store)

    def close(self) -> None:
        """Give back the shared session's connection; a view's belongs to its backup."""
        if self._session is not None and self._view is None:
            self._session.close()
            self._session = None


@dataclass(frozen=True)
class Identity:
    """What a server says of itself to a replica.

    Attributes:
        system: Number of the cluster, the same in all its copies.
        timeline: Of the log.
        place: The end of the log that is safely on disk.
    """

    system: str
    timeline: int
    place: int


class Replication:
    """One replication connection: it receives the log and leaves nothing on the server."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._connection = open_connection(target, replication=True)
        self._wire = self._connection.pgconn
        self._slot = ""
        self._confirmed_at = 0.0
        try:
            system, timeline, place = self._command("IDENTIFY_SYSTEM")[:3]
        except SeawallError:
            self.close()
            raise
        self.identity = Identity(system, int(timeline), parse_lsn(place))

    def hold_log(self, slot: str) -> bool:
        """Keep the server from removing log while this connection lasts; False without a slot."""
        try:
            self._command(f"CREATE_REPLICATION_SLOT {slot} TEMPORARY PHYSICAL RESERVE_WAL")
        except SeawallError:
            return False
        self._slot = slot
        return True

    def start(self, place: int, timeline: int) -> None:
        """Begin to stream from a place."""
        slot = f"SLOT {self._slot} " if self._slot else ""
        command = f"START_REPLICATION {slot}PHYSICAL {format_lsn(place)} TIMELINE {timeline}"
        self._command(command)

    def receive(self, seconds: float) -> tuple[int, memoryview] | None:
        """The next piece of log and its place; None when none comes in time.

        Raises:
            SeawallError: SW-POSTGRES-007 when the server ends the stream.
        """
        size, message = self._take()
        if size == 0:
            select.select([self._wire.socket], [], [], seconds)
            size, message = self._take()
        if size < 0:
            raise self._ended()
        if size == 0 or bytes(message[:1]) != b"w":
            return None
        (place,) = struct.unpack_from(">Q", message, 1)
        return place, message[LOG_HEADER_BYTES:]

    def confirm(self, place: int, every_seconds: float) -> None:
        """Tell the server what was received, so that it neither hangs up nor keeps it.

        Without a slot nothing is called safe: where commits wait for a standby, this is none.
        """
        now = time.monotonic()
        if now - self._confirmed_at < every_seconds:
            return
        self._confirmed_at = now
        safe = place if self._slot else 0
        micros = int((time.time() - POSTGRES_EPOCH_SECONDS) * 1_000_000)
        self._wire.put_copy_data(b"r" + struct.pack(">QQQqB", place, safe, 0, micros, 0))
        self._wire.flush()

    def close(self) -> None:
        """End the connection; a temporary slot ends with it."""
        self._connection.close()

    def _take(self) -> tuple[int, memoryview]:
        import psycopg  # noqa: PLC0415 - start-up loads no driver

        try:
            self._wire.consume_input()
            return self._wire.get_copy_data(1)
        except psycopg.Error as error:
            raise stream_failure(self._target, str(error)) from None

    def _ended(self) -> SeawallError:
        result = self._wire.get_result()
        said = result.error_message.decode(errors="replace") if result else ""
        return stream_failure(self._target, said or "the server closed it")

    def _command(self, command: str) -> tuple[str, ...]:
        result = self._wire.exec_(command.encode())
        if result.error_message:
            raise stream_failure(self._target, result.error_message.decode(errors="replace"))
        if not result.ntuples:
            return ()
        return tuple(
            (result.get_value(0, column) or b"").decode() for column in range(result.nfields)
        )


@one_host
def connect(target: Target) -> PostgresClient:
    """Open a store.

    Raises:
        UnreachableError: SW-CONNECT-001 when there is no answer, SW-CONNECT-002 when the login is
            refused.
        RefusedError: SW-ENGINE-003 for a version outside 14 to 18, SW-POSTGRES-012 without driver.
    """
    if importlib.util.find_spec("psycopg") is None:
        raise driver_missing(target)
    client = PostgresClient(target)
    major = client.session.major
    if not FIRST_MAJOR <= major <= LAST_MAJOR:
        client.close()
        raise unsupported(target.store, major)
    return client


def open_connection(
    target: Target, database: str = "", *, replication: bool = False
) -> psycopg.Connection[tuple[Any, ...]]:
    """Open one connection, its settings pinned."""
    import psycopg  # noqa: PLC0415 - start-up loads no driver
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415 - start-up loads no driver

    parameters = connection_parameters(target)
    if database:
        parameters["dbname"] = database
    if replication:
        parameters["replication"] = "true"
    try:
        conninfo = make_conninfo(**parameters)
        connection = psycopg.connect(conninfo, autocommit=True, prepare_threshold=None)
    except psycopg.Error as error:
        raise connect_failure(target, str(error)) from None
    if not replication:
        connection.execute(_pins(connection.info.server_version // 10000).encode())
    return connection


def _pins(major: int) -> str:
    settings = dict(PINNED)
    for since, later in PINNED_SINCE.items():
        settings |= later if major >= since else {}
    return "; ".join(f"SET {name} = '{value}'" for name, value in settings.items())
