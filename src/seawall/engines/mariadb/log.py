"""`log`: read a backup's binary log from its start to the cut, event by event."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from seawall.engines.mariadb.binlog import (
    ENCRYPTION,
    FORMAT,
    GTID,
    GTID_LIST,
    ROTATE,
    Event,
    LogPlace,
    counted,
    files_between,
    next_file,
    read_events,
)
from seawall.model.target import Programs

LOG_FOLDER: Final = "binlog"


class MariadbLog:
    """Checks names, the chain of events, their checksums, and that transactions are counted on."""

    def verify(
        self, folder: Path, details: tuple[tuple[str, str], ...], programs: Programs | None
    ) -> tuple[str, ...]:
        """Faults of the log, the first of which hides what lies behind it."""
        del programs  # The files are read here: a program's exit code says less.
        known = dict(details)
        start, end = LogPlace.parse(known["log_start"]), LogPlace.parse(known["log_end"])
        wanted = files_between(start, end)
        there = {path.name: path for path in (folder / LOG_FOLDER).glob("*")}
        faults = [f"log file {name} is missing" for name in wanted if name not in there]
        faults += [
            f"log file {name} does not belong to this backup"
            for name in sorted(set(there) - set(wanted))
        ]
        return tuple(faults) or tuple(_chain_faults([there[name] for name in wanted], start, end))


def _chain_faults(paths: list[Path], start: LogPlace, end: LogPlace) -> Iterator[str]:
    counts: dict[tuple[int, int], int] = {}
    following = ""
    for number, path in enumerate(paths):
        if following and following != path.name:
            yield f"log file {path.name} does not follow: the one before it names {following}"
        file = _File(path, counts, start.offset if number == 0 else None)
        fault = file.read()
        if fault:
            yield f"log file {path.name}: {fault}"
            return
        if not file.has_start:
            yield f"log file {path.name}: no event begins at the base's place {start.offset}"
        if number == len(paths) - 1 and file.size != end.offset:
            yield f"log file {path.name} ends at {file.size}, and the cut is at {end.offset}"
        following = file.following


class _File:
    """One file, read once.

    Args:
        path: Where it lies.
        counts: (domain, server) -> the last transaction's number, of all files so far.
        start: Where an event must begin or the file end; None in all files but the first.
    """

    def __init__(self, path: Path, counts: dict[tuple[int, int], int], start: int | None) -> None:
        self._path = path
        self._counts = counts
        self._start = start
        self._has_checksums = False
        self.size = path.stat().st_size
        self.has_start = start is None or start == self.size
        self.following = ""

    def read(self) -> str:
        """What is wrong with it; empty when nothing is."""
        is_empty = True
        for event in read_events(self._path):
            if event.fault:
                return event.fault
            try:
                fault = self._note(event)
            except struct.error:
                fault = f"the event at {event.place} is damaged"
            if fault:
                return fault
            is_empty = False
        return "it holds no event" if is_empty else ""

    def _note(self, event: Event) -> str:
        self.has_start = self.has_start or event.place == self._start
        if event.kind == ENCRYPTION:
            return "it is encrypted by the server"
        if event.kind == FORMAT:
            self._has_checksums = event.content[-5] == 1
        elif event.kind == ROTATE:
            self.following = next_file(event, has_checksums=self._has_checksums)
        elif event.kind == GTID_LIST:
            return self._compare(counted(event))
        elif event.kind == GTID:
            self._counts.update(counted(event))
        return ""

    def _compare(self, listed: dict[tuple[int, int], int]) -> str:
        """The list that opens a file says which transactions came before it."""
        if self._start is None and listed != self._counts:
            return "transactions are missing before it, or it is another server's"
        self._counts.clear()
        self._counts.update(listed)
        return ""
