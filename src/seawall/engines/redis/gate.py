"""A gate between a source and our private replica of it: it lets the stream pass to one offset.

To the replica it is a primary; to the source it is a replica. The payload passes straight
through. The stream is spooled and forwarded; once frozen, nothing received later passes until an
offset is released, and then nothing beyond it. The replica never learns the source's password.
"""

from __future__ import annotations

import contextlib
import hmac
import secrets
import select
import socket
import threading
import time
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import BinaryIO, Final

from seawall.engines.redis.client import RedisClient
from seawall.engines.redis.recorder import ACKNOWLEDGE_SECONDS, PAYLOAD_SECONDS, SourceLink
from seawall.engines.redis.replication import FullSync
from seawall.errors import SeawallError, UnreachableError

LISTEN_SECONDS: Final = 120.0
FORWARD_BYTES: Final = 1 << 16
DRAIN_SECONDS: Final = 0.5
GREETING_LINE_BYTES: Final = 1024
EVERYTHING: Final = 1 << 62


class Gate:
    """Serves one replica once.

    Attributes:
        port: Loopback port the replica is to follow.
        password: What the replica must present.
        sync: Identity and offset of the transfer.
    """

    def __init__(self, client: RedisClient, spool: Path) -> None:
        self.password = secrets.token_hex(24)
        self.sync = FullSync()
        self._client = client
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1)
        self._listener.settimeout(LISTEN_SECONDS)
        self.port = int(self._listener.getsockname()[1])
        self._spool = spool
        self._changed = threading.Condition()
        self._received = self._sent = -1
        self._limit = EVERYTHING
        self._fault: SeawallError | None = None
        self._stopping = False
        self._closables: list[socket.socket | SourceLink] = [self._listener]
        self._threads: list[threading.Thread] = []
        self._start(self._receive)

    @property
    def sent(self) -> int:
        """Offset up to which the stream has passed."""
        return self._sent

    @property
    def fault(self) -> SeawallError | None:
        """What broke it, if anything did."""
        return self._fault

    def freeze(self) -> None:
        """From here on let nothing pass that has not been received yet. Waits for nothing."""
        with self._changed:
            self._limit = min(self._limit, max(self._received, 0))

    def release_to(self, offset: int) -> None:
        """Let the stream pass exactly up to an offset."""
        with self._changed:
            self._limit = offset
            self._changed.notify_all()

    def reopen(self) -> None:
        """Let everything pass again, for another attempt."""
        self.release_to(EVERYTHING)

    def retire(self) -> None:
        """Pass nothing more; that the replica leaves is no fault from here on."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def close(self) -> None:
        """Leave the source and the replica."""
        self.retire()
        for each in self._closables:
            _shut(each)
        for thread in self._threads:
            thread.join()

    def _start(self, work: Callable[[], None]) -> None:
        def run() -> None:
            try:
                work()
            except (SeawallError, OSError, ValueError) as error:
                self._note_fault(error)

        thread = threading.Thread(target=run, name="redis-gate", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _receive(self) -> None:
        """Serve the replica's greeting, pass the payload, then spool the stream."""
        replica, _ = self._listener.accept()
        replica.settimeout(PAYLOAD_SECONDS)
        self._keep(replica)
        greet_replica(replica, self.password)
        with contextlib.closing(SourceLink(self._client)) as link:
            self._keep(link)
            stream = self._pass_payload(link, replica)
            with self._spool.open("wb", buffering=0) as spool:
                spool.write(stream)
                self._sent = self.sync.offset
                self._received = self.sync.offset + len(stream)
                self._start(lambda: self._forward(replica))
                self._follow(link, spool)

    def _pass_payload(self, link: SourceLink, replica: socket.socket) -> bytes:
        """Hand everything on until the payload has ended; the stream's first bytes."""
        link.begin()
        while True:
            data = link.receive()
            if not data:
                raise ValueError("the source sent nothing")
            _, stream = self.sync.feed(data)
            replica.sendall(data[: len(data) - len(stream)])
            if self.sync.is_complete:
                return stream

    def _keep(self, closable: socket.socket | SourceLink) -> None:
        """Have it closed with the gate, at once when that is closed already."""
        with self._changed:
            self._closables.append(closable)
            if self._stopping:
                _shut(closable)

    def _follow(self, link: SourceLink, spool: FileIO) -> None:
        link.set_patience(ACKNOWLEDGE_SECONDS)
        acknowledged = 0.0
        while not self._stopping:
            if time.monotonic() - acknowledged >= ACKNOWLEDGE_SECONDS:
                link.acknowledge(self._received)
                acknowledged = time.monotonic()
            data = link.receive()
            spool.write(data)
            with self._changed:
                self._received += len(data)
                self._changed.notify_all()

    def _forward(self, replica: socket.socket) -> None:
        # The replica takes the payload's end mark for one only where nothing follows it in the
        # same read. It acknowledges for the first time when it has loaded the payload.
        said = b""
        while b"ACK" not in said:
            if self._stopping:
                return
            said = said[-2:] + _read_ready(replica, DRAIN_SECONDS)
        with self._spool.open("rb", buffering=0) as spool:
            while not self._stopping:
                _read_ready(replica, 0)
                with self._changed:
                    passing = min(self._received, self._limit) - self._sent
                    if passing <= 0:
                        self._changed.wait(DRAIN_SECONDS)
                        continue
                chunk = spool.read(min(FORWARD_BYTES, passing)) or b""
                replica.sendall(chunk)
                self._sent += len(chunk)

    def _note_fault(self, error: Exception) -> None:
        with self._changed:
            if self._stopping or self._fault:
                return
            self._fault = (
                error
                if isinstance(error, SeawallError)
                else UnreachableError(
                    "SW-REDIS-005",
                    attempted=f"feed a private replica of store `{self._client.target.store}`",
                    happened=f"{error}.",
                    hint="Look at the server's log, and at the room on this machine's disk.",
                )
            )
            self._changed.notify_all()


def greet_replica(replica: socket.socket, password: str) -> None:
    """Answer a replica's greeting up to its PSYNC, which is left to the source to answer.

    Raises:
        ValueError: When it does not present the password or speaks another protocol.
    """
    is_known = False
    with replica.makefile("rb") as lines:
        while True:
            name, *words = _read_command(lines)
            if name == b"AUTH":
                if not words or not hmac.compare_digest(words[-1], password.encode()):
                    replica.sendall(b"-WRONGPASS wrong password\r\n")
                    raise ValueError("somebody else than the replica came to the gate")
                is_known = True
            elif not is_known:
                # A replica asks PING first, and takes this for an answer.
                replica.sendall(b"-NOAUTH Authentication required.\r\n")
                continue
            elif name == b"PSYNC":
                return
            replica.sendall(b"+PONG\r\n" if name == b"PING" else b"+OK\r\n")


def _read_command(lines: BinaryIO) -> list[bytes]:
    count = _read_number(lines, b"*")
    words: list[bytes] = []
    for _ in range(count):
        words.append(lines.read(_read_number(lines, b"$")))
        lines.read(2)
    return [words[0].upper(), *words[1:]]


def _read_number(lines: BinaryIO, kind: bytes) -> int:
    line = lines.readline(GREETING_LINE_BYTES)
    if not line.startswith(kind) or not 0 < int(line[1:]) <= GREETING_LINE_BYTES:
        raise ValueError("somebody else than a replica came to the gate")
    return int(line[1:])


def _read_ready(replica: socket.socket, seconds: float) -> bytes:
    """What the replica says within a time: acknowledgements, and newlines while it loads."""
    readable = select.poll()
    readable.register(replica, select.POLLIN)
    if not readable.poll(seconds * 1000):
        return b""
    said = replica.recv(FORWARD_BYTES)
    if not said:
        raise ValueError("the replica left the gate")
    return said


def _shut(closable: socket.socket | SourceLink) -> None:
    """Close it, and wake a thread that waits on it."""
    if isinstance(closable, socket.socket):
        with contextlib.suppress(OSError):
            closable.shutdown(socket.SHUT_RDWR)
    closable.close()
