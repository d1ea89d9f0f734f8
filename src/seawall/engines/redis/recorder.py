"""Listen to a server as a replica does: its data as one payload, then every write as it comes."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from seawall.engines.redis.client import ErrorReply, RedisClient
from seawall.engines.redis.replication import FullSync, encode_command
from seawall.engines.redis.versions import VALKEY
from seawall.errors import RefusedError, SeawallError, TimedOutError, UnreachableError

RECEIVE_BYTES: Final = 1 << 18
CHUNK_BYTES: Final = 1 << 18
# The server begins the stream only on an acknowledgement that it reads after its child has
# ended, and drops a listener that stays silent for repl-timeout: acknowledge again and again.
ACKNOWLEDGE_SECONDS: Final = 0.2
PAYLOAD_SECONDS: Final = 300.0
CATCH_UP_SECONDS: Final = 60.0


class SourceLink:
    """A replica's connection to the source."""

    def __init__(self, client: RedisClient) -> None:
        self._store = client.target.store
        self._wire = client.open_wire()
        capabilities = self._wire.pipeline((("REPLCONF", "capa", "eof", "capa", "psync2"),))[0]
        if isinstance(capabilities, ErrorReply):
            self._wire.close()
            raise self._broken(f"the server answers REPLCONF with: {capabilities.text}")
        if client.server.product == VALKEY:
            # Without a version a source since 9.0 sends an older format, or nothing at all when
            # that cannot hold the data; before 8.0 the word is not known, and not needed.
            self._wire.pipeline((("REPLCONF", "version", client.server.version),))
        self._socket = self._wire.socket

    def begin(self) -> None:
        """Ask for the data and the stream from there on."""
        self._socket.settimeout(PAYLOAD_SECONDS)
        self._send(encode_command("PSYNC", "?", "-1"))

    def receive(self) -> bytes:
        """The next bytes, whatever they are; empty when none came in time.

        Raises:
            UnreachableError: SW-REDIS-005 when the connection is lost.
        """
        try:
            data = self._socket.recv(RECEIVE_BYTES)
        except (TimeoutError, ssl.SSLWantReadError):
            return b""
        except OSError as error:
            raise self._broken(str(error)) from None
        if not data:
            raise self._broken("the server closed the connection")
        return data

    def acknowledge(self, offset: int) -> None:
        """Tell the server how far its stream was received."""
        self._send(encode_command("REPLCONF", "ACK", str(offset)))

    def set_patience(self, seconds: float) -> None:
        """How long `receive` waits."""
        self._socket.settimeout(seconds)

    def close(self) -> None:
        """Leave the server; a second call does nothing."""
        self._wire.close()

    def _send(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise self._broken(str(error)) from None

    def _broken(self, reason: str) -> UnreachableError:
        return UnreachableError(
            "SW-REDIS-005",
            attempted=f"follow the replication stream of store `{self._store}`",
            happened=f"{reason}.",
            hint="Look at the server's log; `client-output-buffer-limit replica` ends listeners"
            " that are slower than the writers.",
        )


class Recorder:
    """One full transfer and, from its offset on, the stream in a file.

    Attributes:
        sync: Identity and offset of the transfer.
    """

    def __init__(self, client: RedisClient, file: Path) -> None:
        self._store = client.target.store
        self._link = SourceLink(client)
        self._file = file
        self._output = file.open("wb", buffering=0)
        self._changed = threading.Condition()
        self._received = -1
        self._fault: SeawallError | None = None
        self._stopping = False
        self._thread = threading.Thread(target=self._record, name="redis-recorder", daemon=True)
        self.sync = FullSync()

    @property
    def received(self) -> int:
        """Offset up to which the stream is in the file."""
        return self._received

    def read_payload(self) -> Iterator[bytes]:
        """Transfer the data, in chunks as they come; then the recording runs by itself."""
        self._link.begin()
        held: list[bytes] = []
        while not self.sync.is_complete:
            data = self._link.receive()
            if not data:
                raise TimedOutError(
                    "SW-REDIS-006",
                    attempted=f"copy the data of store `{self._store}`",
                    happened=f"its server sent nothing for {PAYLOAD_SECONDS:.0f} s.",
                    hint="Look at the server's log: it may not be able to fork.",
                )
            payload, stream = self.sync.feed(data)
            held.append(payload)
            if sum(map(len, held)) >= CHUNK_BYTES or self.sync.is_complete:
                yield b"".join(held)
                held.clear()
            if self.sync.is_complete:
                self._output.write(stream)
                self._received = self.sync.offset + len(stream)
        self._thread.start()

    def wait_for(self, offset: int) -> None:
        """Wait until the stream is in the file up to an offset.

        Raises:
            UnreachableError: SW-REDIS-005 when the stream broke.
            TimedOutError: SW-REDIS-006 when it does not come.
        """
        deadline = time.monotonic() + CATCH_UP_SECONDS
        with self._changed:
            while self._received < offset:
                if self._fault:
                    raise self._fault
                if not self._changed.wait(deadline - time.monotonic()):
                    raise TimedOutError(
                        "SW-REDIS-006",
                        attempted=f"record the stream of store `{self._store}` to {offset}",
                        happened=f"it came to {self._received} in {CATCH_UP_SECONDS:.0f} s.",
                        hint="Run the backup again when the server is less busy.",
                    )

    def read(self, last: int) -> Iterator[bytes]:
        """The recorded stream up to an offset."""
        left = last - self.sync.offset
        with self._file.open("rb") as recorded:
            while left > 0:
                chunk = recorded.read(min(CHUNK_BYTES, left))
                if not chunk:
                    raise RefusedError(
                        "SW-REDIS-005",
                        attempted=f"read the recorded stream of store `{self._store}`",
                        happened=f"it ends {left} bytes before the cut.",
                        hint="Run the backup again.",
                    )
                left -= len(chunk)
                yield chunk

    def close(self) -> None:
        """Stop recording and leave the server."""
        self._stopping = True
        if self._thread.is_alive():
            self._thread.join()
        self._link.close()
        self._output.close()

    def _record(self) -> None:
        self._link.set_patience(ACKNOWLEDGE_SECONDS)
        acknowledged = 0.0
        try:
            while not self._stopping:
                if time.monotonic() - acknowledged >= ACKNOWLEDGE_SECONDS:
                    self._link.acknowledge(self._received)
                    acknowledged = time.monotonic()
                data = self._link.receive()
                self._output.write(data)
                with self._changed:
                    self._received += len(data)
                    self._changed.notify_all()
        except (SeawallError, OSError) as error:
            with self._changed:
                self._fault = error if isinstance(error, SeawallError) else self._full(error)
                self._changed.notify_all()

    def _full(self, error: OSError) -> SeawallError:
        return RefusedError(
            "SW-REDIS-007",
            attempted=f"record the stream of store `{self._store}`",
            happened=f"the scratch folder cannot be written: {error.strerror}.",
            hint="Make room where Seawall keeps its state.",
        )
