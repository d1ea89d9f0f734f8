"""Receives the write-ahead log while a backup is under way, as any replica would.

Unlike `pg_receivewal` it holds the log back on the server by a temporary slot that ends with the
connection, whatever becomes of this process, and it knows what it has received without restarting.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Final

from seawall.engines.postgres.client import Replication
from seawall.engines.postgres.wal import format_lsn, segment_name
from seawall.errors import SeawallError, TimedOutError, UnreachableError

CONFIRM_SECONDS: Final = 5.0
POLL_SECONDS: Final = 0.2


class WalReceiver:
    """Writes segments into a folder in its own thread.

    Args:
        replication: A connection that belongs to this receiver from now on.
        folder: Gets one file per segment, of full size, zero where nothing was received.
        segment_bytes: The server's size of a segment.
    """

    def __init__(self, replication: Replication, folder: Path, segment_bytes: int) -> None:
        self._replication = replication
        self._folder = folder
        self._segment_bytes = segment_bytes
        self._segment: tuple[str, int] | None = None
        self._failure: SeawallError | None = None
        self._stop = threading.Event()
        self._moved = threading.Condition()
        self.system = replication.identity.system
        self.timeline = replication.identity.timeline
        # A whole segment from its start: nobody can read half of one.
        place = replication.identity.place
        self.start = place - place % segment_bytes
        self._received = self.start
        self._thread = threading.Thread(target=self._run, name="wal-receiver", daemon=True)

    def begin(self) -> None:
        """Start receiving."""
        self._folder.mkdir()
        self._replication.start(self.start, self.timeline)
        self._thread.start()

    def wait_for(self, place: int, seconds: float) -> None:
        """Wait until every byte before a place is in the folder.

        Raises:
            SeawallError: SW-POSTGRES-007 when the stream has ended.
            TimedOutError: SW-POSTGRES-008 when the place is not reached in time.
        """
        with self._moved:
            self._moved.wait_for(lambda: self._received >= place or self._failure, seconds)
            if self._received >= place:
                return
            if self._failure:
                raise self._failure
        raise TimedOutError(
            "SW-POSTGRES-008",
            attempted=f"receive the log up to {format_lsn(place)}",
            happened=f"after {seconds:g} s it has come to {format_lsn(self._received)}.",
            hint="Check the network to the server and its load, then run the backup again.",
        )

    def refuse_failed(self) -> None:
        """Raise what ended the stream, if anything did."""
        if self._failure:
            raise self._failure

    def close(self) -> None:
        """Stop receiving and end the connection, and with it the temporary slot."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._replication.close()
        self._close_segment()

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                message = self._replication.receive(POLL_SECONDS)
                if message:
                    self._write(*message)
                self._replication.confirm(self._received, CONFIRM_SECONDS)
        except SeawallError as error:
            self._fail(error)
        except OSError as error:
            self._fail(
                UnreachableError(
                    "SW-POSTGRES-007",
                    attempted="write the received log",
                    happened=f"{error.strerror}: {self._folder}.",
                    hint="Make room on the disk that holds Seawall's state.",
                )
            )

    def _fail(self, error: SeawallError) -> None:
        with self._moved:
            self._failure = error
            self._moved.notify_all()

    def _write(self, place: int, content: memoryview) -> None:
        while content:
            offset = place % self._segment_bytes
            part = content[: self._segment_bytes - offset]
            os.pwrite(self._open_segment(place), part, offset)
            place += len(part)
            content = content[len(part) :]
        with self._moved:
            self._received = place
            self._moved.notify_all()

    def _open_segment(self, place: int) -> int:
        name = segment_name(self.timeline, place, self._segment_bytes)
        if self._segment is None or self._segment[0] != name:
            self._close_segment()
            descriptor = os.open(self._folder / name, os.O_WRONLY | os.O_CREAT, 0o600)
            self._segment = (name, descriptor)
            os.ftruncate(descriptor, self._segment_bytes)
        return self._segment[1]

    def _close_segment(self) -> None:
        if self._segment:
            os.close(self._segment[1])
            self._segment = None
