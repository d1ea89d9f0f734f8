"""The only module that speaks to MariaDB's driver.

A client opens connections as they are asked for. Every session pins what shapes a value's text,
and every failure leaves as one of Seawall's errors, without a secret in its text.
"""

from __future__ import annotations

import importlib.util
import socket
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from seawall.capability import Rights
from seawall.engines.mariadb.failures import (
    connect_failure,
    driver_missing,
    no_database,
    statement_failure,
    tls_files_failure,
    unsupported,
)
from seawall.engines.mariadb.login import (
    CONNECT_SECONDS,
    complete,
    driver_parameters,
)
from seawall.engines.mariadb.versions import Version, is_supported
from seawall.errors import SeawallError, UnreachableError
from seawall.families.one_host import one_host
from seawall.model.fingerprint import Exclusion, Fact
from seawall.model.target import Target

if TYPE_CHECKING:
    import pymysql

    from seawall.engines.mariadb.tables import Table

STREAM_ROWS: Final = 1000
MAX_PACKET: Final = 2**30
LONGEST_PART: Final = 2**24 - 1
END_OF_ROWS: Final = 0xFE
ERROR: Final = 0xFF
# An end of rows has at most this many bytes; a longer packet that begins alike is a row.
END_BYTES: Final = 9
FOREVER_SECONDS: Final = 7 * 24 * 3600

# Everything by which the text of an equal value could differ between two servers, and what could
# break off a long reading.
PINNED: Final = {
    "time_zone": "'+00:00'",
    "sql_mode": "''",
    "sql_select_limit": "18446744073709551615",
    "sql_big_selects": "1",
    "sql_quote_show_create": "1",
    "group_concat_max_len": "1073741824",
    "wait_timeout": str(FOREVER_SECONDS),
    "net_write_timeout": str(FOREVER_SECONDS),
    "net_read_timeout": str(FOREVER_SECONDS),
    "lock_wait_timeout": "20",
    "transaction_isolation": "'REPEATABLE-READ'",
    "transaction_read_only": "0",
}
# Their names differ between the products and versions; what a server lacks does nothing there.
PINNED_WHERE_KNOWN: Final = {
    "max_statement_time": "0",
    "max_execution_time": "0",
    "idle_transaction_timeout": "0",
    "idle_readonly_transaction_timeout": "0",
    "idle_write_transaction_timeout": "0",
    "tx_isolation": "'REPEATABLE-READ'",
    "tx_read_only": "0",
    "information_schema_stats_expiry": "0",
}


class Session:
    """One connection. Statements commit by themselves unless a transaction was started."""

    def __init__(self, connection: pymysql.Connection[Any], store: str) -> None:
        self._connection = connection
        # For what its stubs do not tell.
        self._wire = cast("Any", connection)
        self._store = store
        self.version = Version.parse(self._wire.get_server_info())
        self.is_in_snapshot = False

    @property
    def number(self) -> int:
        """The server's number for this connection."""
        return int(self._wire.thread_id())

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Run one statement and fetch all it returns."""
        with self._translated(), self._connection.cursor() as cursor:
            cursor.execute(query, parameters or None)
            return list(cursor.fetchall())

    def value(self, query: str, *parameters: object) -> Any:
        """The first column of the only row."""
        return self.rows(query, *parameters)[0][0]

    def run(self, statement: str) -> None:
        """Run a statement whose result does not matter."""
        self.rows(statement)

    def stream(self, query: str, *parameters: object) -> Iterator[tuple[Any, ...]]:
        """Run one statement and fetch what it returns little by little."""
        from pymysql.cursors import SSCursor  # noqa: PLC0415 - start-up loads no driver

        with self._translated():
            cursor = self._connection.cursor(SSCursor)
            cursor.execute(query, parameters or None)
            while rows := cursor.fetchmany(STREAM_ROWS):
                yield from rows
            cursor.close()

    def raw_rows(self, query: str) -> Iterator[bytes]:
        """Run one statement; each row as the server sent it, its bytes not converted.

        A row is a text with its length before it for each column, or one byte 0xFB for NULL. A
        reader that stops early ends the connection: the rest could be the whole table.
        """
        self.run("SET character_set_results = NULL")
        with self._translated():
            yield from self._packets(query)
        self.run("SET character_set_results = utf8mb4")

    def _packets(self, query: str) -> Iterator[bytes]:
        # The driver's own way to a row makes an object of each value, at several times the cost.
        from pymysql.constants.COMMAND import COM_QUERY  # noqa: PLC0415 - start-up loads no driver
        from pymysql.protocol import MysqlPacket  # noqa: PLC0415 - start-up loads no driver

        wire = self._wire
        is_whole = False
        try:
            wire._execute_command(COM_QUERY, query)  # noqa: SLF001 - no public way to raw rows
            columns = wire._read_packet().read_length_encoded_integer()  # noqa: SLF001 - the same
            for _ in range(columns + 1):
                wire._read_packet()  # noqa: SLF001 - the same
            read = wire._read_bytes  # noqa: SLF001 - the same
            while True:
                row = _read_row(wire, read)
                if row[0] == END_OF_ROWS and len(row) < END_BYTES:
                    break
                if row[0] == ERROR:
                    MysqlPacket(row, wire.encoding).raise_for_error()
                yield row
            is_whole = True
        finally:
            if not is_whole:
                self.abort()

    @contextmanager
    def snapshot(self) -> Generator[None]:
        """Read all of one instant; nothing changes where a snapshot is open already."""
        if self.is_in_snapshot:
            yield
            return
        self.run("START TRANSACTION WITH CONSISTENT SNAPSHOT")
        self.is_in_snapshot = True
        try:
            yield
        finally:
            self.is_in_snapshot = False
            with suppress(UnreachableError):
                self.run("ROLLBACK")

    def abort(self) -> None:
        """Cut the connection, from any thread: the server releases all it holds."""
        raw = self._wire._sock  # noqa: SLF001 - closing politely would wait for the statement under way
        if raw is not None:
            with suppress(OSError):
                raw.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection; the server rolls an open transaction back."""
        if self._connection.open:
            self._connection.close()

    @contextmanager
    def _translated(self) -> Generator[None]:
        from pymysql.err import InterfaceError, MySQLError  # noqa: PLC0415 - as above

        try:
            yield
        except MySQLError as error:
            number, said = _number_and_text(error)
            if isinstance(error, InterfaceError):
                number = 2006
            raise statement_failure(self._store, number, said) from error
        except (OSError, ValueError, AttributeError) as error:
            # How the driver tells that another thread has cut the connection.
            if self._connection.open and not isinstance(error, OSError):
                raise
            raise statement_failure(self._store, 2006, str(error)) from error


def _read_row(wire: Any, read: Any) -> bytes:
    parts: list[bytes] = []
    while True:
        head = read(4)
        size = head[0] | head[1] << 8 | head[2] << 16
        wire._next_seq_id = (head[3] + 1) % 256  # noqa: SLF001 - the driver counts its packets
        part = read(size)
        if size < LONGEST_PART and not parts:
            return bytes(part)
        parts.append(part)
        if size < LONGEST_PART:
            return b"".join(parts)


@dataclass(frozen=True)
class View:
    """A store as it was at a cut.

    Attributes:
        session: Its transaction sees the cut and nothing later.
        tables: With rows; those that are made later are none of it.
        facts: What was true beside the records, read around the cut, and what was not seen.
    """

    session: Session
    tables: tuple[Table, ...]
    facts: tuple[tuple[Fact, ...], tuple[Exclusion, ...]]


class MariadbClient:
    """One store: a login, and connections opened as they are needed.

    Args:
        target: Where the store is.
        view: The store as it was at a cut, instead of as it is now.
    """

    def __init__(self, target: Target, view: View | None = None) -> None:
        self.target = target
        self.rights: Rights | None = None
        self.view = view
        self._session = view.session if view else None

    @property
    def database(self) -> str:
        """The store's database."""
        return self.target.location.database

    @property
    def session(self) -> Session:
        """The session that all capabilities of this client share."""
        if self._session is None:
            self._session = self.open_session()
        return self._session

    def open_session(self) -> Session:
        """Open one more connection to the store."""
        return open_session(self.target)

    def close(self) -> None:
        """Give back the shared session's connection; a view's belongs to its backup."""
        if self._session is not None and self.view is None:
            self._session.close()
            self._session = None


@one_host
def connect(target: Target) -> MariadbClient:
    """Open a store.

    Raises:
        UnreachableError: SW-CONNECT-001 when there is no answer, SW-CONNECT-002 when the login is
            refused, SW-CONNECT-004 when TLS is not as the url asks for.
        UsageError: SW-MARIADB-006 when the url names no database, SW-MARIADB-013 when the option
            file that completes it cannot be read.
        RefusedError: SW-ENGINE-003 for a version that is not supported, SW-MARIADB-010 without
            driver.
    """
    if importlib.util.find_spec("pymysql") is None:
        raise driver_missing(target)
    target = complete(target)
    if not target.location.database:
        raise no_database(target)
    client = MariadbClient(target)
    if not is_supported(client.session.version):
        client.close()
        raise unsupported(target.store, client.session.version.shown)
    return client


def open_session(target: Target) -> Session:
    """Open one connection, its settings pinned."""
    import pymysql  # noqa: PLC0415 - start-up loads no driver

    try:
        parameters = driver_parameters(target)
    except OSError as error:
        raise tls_files_failure(target, str(error)) from None
    try:
        connection = pymysql.connect(
            charset="utf8mb4",
            autocommit=True,
            connect_timeout=CONNECT_SECONDS,
            max_allowed_packet=MAX_PACKET,
            local_infile=False,
            program_name="seawall",
            defer_connect=True,
            **parameters,
        )
        path = parameters.get("unix_socket")
        wire = cast("Any", connection)
        wire._secure = bool(path)  # noqa: SLF001 - nobody listens on a socket's way
        wire.connect(_open_socket(path) if path else None)
    except pymysql.MySQLError as error:
        raise connect_failure(target, *_number_and_text(error)) from None
    except (OSError, UnicodeError, RuntimeError) as error:
        raise connect_failure(target, 0, str(error)) from None
    session = Session(connection, target.store)
    try:
        _pin(session)
    except SeawallError:
        session.close()
        raise
    return session


def _open_socket(path: str) -> socket.socket:
    """A connected socket; the driver forgets to close one that it could not connect."""
    raw = socket.socket(socket.AF_UNIX)
    try:
        raw.settimeout(CONNECT_SECONDS)
        raw.connect(path)
        raw.settimeout(None)
    except OSError:
        raw.close()
        raise
    return raw


def _pin(session: Session) -> None:
    known = {name for name, _ in session.rows("SHOW SESSION VARIABLES")}
    pinned = PINNED | PINNED_WHERE_KNOWN
    settings = [f"{name} = {value}" for name, value in pinned.items() if name in known]
    session.run(f"SET SESSION {', '.join(settings)}")


def _number_and_text(error: Exception) -> tuple[int, str]:
    match error.args:
        case (int() as number, str() as said):
            return number, said
        case _:
            return 0, str(error)
