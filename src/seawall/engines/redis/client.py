"""Connections to one Redis or Valkey server: the only module that imports the driver.

Replies are bytes everywhere, by the old reply format (RESP2), so that every server version
answers alike.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Self, TypeAlias

from seawall.engines.redis.versions import Server, refuse_unsupported
from seawall.errors import RefusedError, UnreachableError, UsageError
from seawall.families.one_host import one_host
from seawall.model.location import Location
from seawall.model.target import Target

DEFAULT_PORT: Final = 6379
CONNECT_SECONDS: Final = 10.0
REPLY_SECONDS: Final = 300.0
TLS_SCHEMES: Final = frozenset({"rediss", "valkeys"})
# As the drivers of these servers write it: `unix://user:password@/path/of/the.sock`.
SOCKET_SCHEME: Final = "unix"
TLS_OPTIONS: Final = frozenset(
    {"ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs", "ssl_check_hostname"}
)

Command: TypeAlias = Sequence[bytes | str | int | float]
Reply: TypeAlias = Any


class ReplyError(RefusedError):
    """The server answered a command with an error; `happened` is its text, shortened."""


@dataclass(frozen=True)
class ErrorReply:
    """An error among the replies of a pipeline."""

    text: str


class Wire:
    """One logged-in connection, used by one thread at a time."""

    def __init__(self, target: Target, database: int = 0) -> None:
        self._target = target
        with translate_errors(target, "connect"):
            self._connection = _open_connection(target.location, database)

    def call(self, *command: bytes | str | float) -> Reply:
        """Send one command and read its reply.

        Raises:
            ReplyError: SW-REDIS-003 when the server answers with an error.
            RefusedError: SW-REDIS-002 when the login may not run the command.
            UnreachableError: SW-CONNECT-001 or SW-CONNECT-002.
        """
        self.send((command,))
        return self.read(str(command[0]))

    def pipeline(self, commands: Sequence[Command]) -> list[Reply]:
        """Send commands in one write and read all replies; errors are among them."""
        self.send(commands)
        return [self.read_any() for _ in commands]

    def send(self, commands: Sequence[Command]) -> None:
        """Send commands in one write without waiting; read one reply for each."""
        with translate_errors(self._target, "send"):
            packed: list[bytes] = [
                piece for each in commands for piece in self._connection.pack_command(*each)
            ]
            self._connection.send_packed_command([b"".join(packed)])

    def read(self, name: str = "a command") -> Reply:
        """Read one reply; `name` is the command's, for the text of an error."""
        with translate_errors(self._target, name):
            return self._connection.read_response()

    def read_any(self) -> Reply:
        """Read one reply; an error is returned as ErrorReply."""
        try:
            return self.read()
        except RefusedError as error:
            return ErrorReply(error.happened)

    def is_clean(self) -> bool:
        """Whether nothing unread or broken is left on the connection."""
        try:
            return not self._connection.can_read(0)
        except Exception:  # noqa: BLE001 - whatever it is, the connection is not to be reused
            return False

    @property
    def socket(self) -> socket.socket:
        """The logged-in socket itself: for the replication stream, which is no reply."""
        plain: socket.socket = self._connection._sock  # noqa: SLF001
        return plain

    def close(self) -> None:
        """Close it; a second call does nothing."""
        self._connection.disconnect()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class RedisClient:
    """A store on one server, with a small pool of connections. Safe to share between threads."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self._idle: list[Wire] = []
        self._lock = threading.Lock()
        self.server = Server.from_info(self.info())

    def call(self, *command: bytes | str | float) -> Reply:
        """Run one command; see `Wire.call`."""
        with self.wire() as wire:
            return wire.call(*command)

    def info(self, *sections: str) -> dict[str, str]:
        """The fields of INFO."""
        # One section a call: several at once are understood only since Redis 7.0.
        return parse_info(b"".join(self.call("INFO", each) for each in sections or ("default",)))

    @contextmanager
    def wire(self) -> Generator[Wire]:
        """A connection of the pool on database 0."""
        wire = self._take_idle() or Wire(self.target)
        try:
            yield wire
        except ReplyError:
            self._give_back(wire)
            raise
        except BaseException:
            wire.close()
            raise
        else:
            self._give_back(wire)

    def open_wire(self, database: int = 0) -> Wire:
        """A connection of its own; the caller closes it."""
        return Wire(self.target, database)

    def close(self) -> None:
        """Close every idle connection."""
        with self._lock:
            idle, self._idle = self._idle, []
        for wire in idle:
            wire.close()

    def _take_idle(self) -> Wire | None:
        while True:
            with self._lock:
                wire = self._idle.pop() if self._idle else None
            if wire is None or wire.is_clean():
                return wire
            wire.close()

    def _give_back(self, wire: Wire) -> None:
        with self._lock:
            self._idle.append(wire)


@one_host
def connect(target: Target) -> RedisClient:
    """Open a store on a Redis or Valkey server.

    Raises:
        UnreachableError: SW-CONNECT-001 or SW-CONNECT-002.
        RefusedError: SW-ENGINE-003 for a product or version that the rows do not answer for,
            SW-REDIS-001 for a server in cluster mode.
    """
    client = RedisClient(target)
    try:
        refuse_unsupported(target.store, client.server)
    except RefusedError:
        client.close()
        raise
    return client


def parse_info(text: bytes) -> dict[str, str]:
    """INFO's `name:value` lines."""
    lines = (line.partition(":") for line in text.decode(errors="replace").splitlines())
    return {name: value for name, colon, value in lines if colon}


@contextmanager
def translate_errors(target: Target, act: str) -> Generator[None]:
    """Turn the driver's errors into Seawall's; their texts hold no secret."""
    import redis.exceptions as driver  # noqa: PLC0415 - start-up loads no driver

    where = _shown_address(target.location)
    try:
        yield
    except driver.NoPermissionError as error:
        raise RefusedError(
            "SW-REDIS-002",
            attempted=f"use {act} on store `{target.store}`",
            happened=f"the server says: {shorten_reply(str(error))}.",
            hint=f"Let the login run it: `ACL SETUSER {target.location.user or 'default'} +...`.",
        ) from None
    except driver.AuthenticationError:
        raise UnreachableError(
            "SW-CONNECT-002",
            attempted=f"log in to store `{target.store}` at {where}",
            happened="the server refuses the login.",
            hint="Check the user and password that the store's `url` refers to.",
        ) from None
    except (driver.ConnectionError, driver.TimeoutError, OSError) as error:
        if "certificate" in str(error).lower():
            raise UnreachableError(
                "SW-CONNECT-004",
                attempted=f"reach store `{target.store}` at {where}",
                happened=f"{shorten_reply(str(error))}.",
                hint="Check that the certificate has not expired, is for this host, and is signed"
                " by what `ssl_ca_certs` names: `openssl s_client -connect HOST:PORT`.",
            ) from None
        raise UnreachableError(
            "SW-CONNECT-001",
            attempted=f"reach store `{target.store}` at {where}",
            happened=f"{shorten_reply(str(error))}.",
            hint="Check that the server runs and that its address and port are right.",
        ) from None
    except driver.RedisError as error:
        raise ReplyError(
            "SW-REDIS-003",
            attempted=f"use {act} on store `{target.store}`",
            happened=shorten_reply(str(error)),
            hint="The text is the server's own.",
        ) from None


def _shown_address(location: Location) -> str:
    if location.scheme == SOCKET_SCHEME:
        return f"/{location.database}"
    return f"{location.host}:{location.port or DEFAULT_PORT}"


def shorten_reply(text: str) -> str:
    """A server's error without the arguments it repeats, which may be secret or long."""
    return text.partition(", with args beginning with")[0].strip().rstrip(".")[:200]


def _open_connection(location: Location, database: int) -> Any:
    import redis.connection  # noqa: PLC0415 - start-up loads no driver

    driver: Any = redis.connection
    options: dict[str, Any] = {
        "host": location.host or "127.0.0.1",
        "port": location.port or DEFAULT_PORT,
        "username": location.user or None,
        "password": location.password.reveal() or None,
        "db": database,
        "protocol": 2,
        "driver_info": None,
        "socket_connect_timeout": CONNECT_SECONDS,
        "socket_timeout": REPLY_SECONDS,
    }
    if location.scheme == SOCKET_SCHEME:
        del options["host"], options["port"]
        connection = driver.UnixDomainSocketConnection(path=f"/{location.database}", **options)
    elif location.scheme in TLS_SCHEMES:
        connection = driver.SSLConnection(**options, **_read_tls_options(location))
    else:
        connection = driver.Connection(**options)
    connection.connect()
    connection.send_command("PING")
    connection.read_response()
    return connection


def _read_tls_options(location: Location) -> dict[str, Any]:
    unknown = [name for name, _ in location.options if name not in TLS_OPTIONS]
    if unknown:
        raise UsageError(
            "SW-CONNECT-003",
            attempted="read the store's url",
            happened=f"it has an option that is not known: {unknown[0]}.",
            hint=f"Known: {', '.join(sorted(TLS_OPTIONS))}.",
        )
    options: dict[str, Any] = dict(location.options)
    if "ssl_check_hostname" in options:
        options["ssl_check_hostname"] = options["ssl_check_hostname"] not in {"0", "false", "no"}
    return options
