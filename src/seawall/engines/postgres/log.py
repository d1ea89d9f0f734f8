"""`log`: read a backup's log from its start to the cut, record by record."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from seawall.engines.postgres.base_backup import LOG_FOLDER
from seawall.engines.postgres.tools import run_alone
from seawall.engines.postgres.wal import format_lsn, parse_lsn, readable_end, segment_names
from seawall.model.target import Programs

# Head of a segment's first page: magic, flags, timeline, place of the page, length of a record
# that goes on from the page before, padding; then the cluster's number and the segment's size.
_PAGE: Final = struct.Struct("=HHIQI4xQI")


class PostgresLog:
    """Compares names, sizes and page heads, then has pg_waldump check every record's chain."""

    def verify(
        self, folder: Path, details: tuple[tuple[str, str], ...], programs: Programs | None
    ) -> tuple[str, ...]:
        """Faults of the log, the first of which hides what lies behind it."""
        known = dict(details)
        faults = tuple(_segment_faults(folder / LOG_FOLDER, known))
        return faults or tuple(_record_faults(folder / LOG_FOLDER, known, programs))


def _segment_faults(folder: Path, known: dict[str, str]) -> Iterator[str]:
    size = int(known["segment_bytes"])
    timeline = int(known["timeline"])
    start, end = parse_lsn(known["wal_start"]), parse_lsn(known["wal_end"])
    wanted = list(segment_names(timeline, start, end, size))
    there = {path.name: path for path in folder.glob("*")} if folder.is_dir() else {}
    place = start - start % size
    for name in wanted:
        path = there.pop(name, None)
        if path is None:
            yield f"log segment {name} is missing"
        elif path.stat().st_size != size:
            yield f"log segment {name} has {path.stat().st_size} bytes instead of {size}"
        else:
            yield from _head_faults(path, place, timeline, known)
        place += size
    for name in sorted(there):
        yield f"log segment {name} does not belong to this backup"


def _head_faults(path: Path, place: int, timeline: int, known: dict[str, str]) -> Iterator[str]:
    with path.open("rb") as file:
        head = file.read(_PAGE.size)
    _, _, found_timeline, found_place, _, system, size = _PAGE.unpack(head)
    if str(system) != known["system_id"]:
        yield f"log segment {path.name} belongs to another server (number {system})"
    elif found_timeline > timeline or found_place != place or str(size) != known["segment_bytes"]:
        yield f"log segment {path.name} holds another part of the log than its name says"


def _record_faults(folder: Path, known: dict[str, str], programs: Programs | None) -> Iterator[str]:
    major = known["server_version"].split(".", maxsplit=1)[0]
    if programs is None or programs.version.split(".", maxsplit=1)[0] != major:
        yield f"pg_waldump of PostgreSQL {major} is needed to read the log and is not here"
        return
    end = readable_end(parse_lsn(known["wal_end"]), int(known["segment_bytes"]))
    with tempfile.TemporaryDirectory(prefix="seawall-log-") as scratch:
        ended = run_alone(
            programs.program("pg_waldump"),
            Path(scratch),
            "--quiet",
            f"--path={folder}",
            f"--timeline={known['timeline']}",
            f"--start={known['wal_start']}",
            f"--end={format_lsn(end)}",
        )
    if ended.code:
        yield f"the log cannot be read from {known['wal_start']} to {known['wal_end']}: {ended.said}"
