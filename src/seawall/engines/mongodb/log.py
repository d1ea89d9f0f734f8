"""Prove that a stored oplog is whole from the base's start to the cut, as far as it can be known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from seawall.engines.mongodb.elements import BrokenBsonError, elements, read_documents
from seawall.engines.mongodb.names import OPLOG
from seawall.engines.mongodb.oplog import Entry
from seawall.engines.mongodb.times import ClusterTime
from seawall.model.target import Programs

CHUNK_BYTES: Final = 1 << 20
NEEDED: Final = ("log_start", "log_end", "log_entries")


class MongodbLog:
    """Reads `oplog.bson`; no program is needed.

    The oplog does not number its entries, so that one missing in the middle is seen on their
    count, which the manifest tells.
    """

    def verify(
        self,
        folder: Path,
        details: tuple[tuple[str, str], ...],
        programs: Programs | None,  # noqa: ARG002 - no program is needed
    ) -> tuple[str, ...]:
        """Every entry whole, times ascending within the log's bounds, as many as were stored."""
        return tuple(_find_faults(folder / OPLOG, dict(details)))


def _find_faults(file: Path, details: dict[str, str]) -> Iterator[str]:
    missing = [name for name in NEEDED if not details.get(name)]
    if missing:
        yield f"The manifest does not tell {' and '.join(missing)}."
        return
    start, end = (ClusterTime.parse(details[name]) for name in ("log_start", "log_end"))
    if end < start:
        yield f"The cut at {end} lies before the base at {start}."
        return
    if not file.is_file():
        yield f"{OPLOG} is missing: nothing leads from {start} to the cut at {end}."
        return
    found = 0
    last = start
    try:
        for raw in read_documents(_read(file)):
            for _ in elements(raw):
                pass
            time = Entry.read(raw).time
            found += 1
            if not last <= time <= end:
                yield f"{OPLOG} has an entry of {time} after {last}, the cut is at {end}."
                return
            last = time
    except BrokenBsonError:
        yield f"{OPLOG} is damaged after {found} entries, at {last}."
        return
    if found != int(details["log_entries"]):
        yield f"{OPLOG} has {found} entries, {details['log_entries']} were stored."


def _read(file: Path) -> Iterator[bytes]:
    with file.open("rb") as content:
        while chunk := content.read(CHUNK_BYTES):
            yield chunk
