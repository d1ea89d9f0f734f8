"""What a backup notes of its source at the point: fingerprints, and which links were broken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from seawall.capabilities import FINGERPRINT, RECORDS
from seawall.capabilities.backup import CutAttempt
from seawall.capability import Engine
from seawall.errors import RefusedError
from seawall.model.artifact import Artifact, Role
from seawall.model.fingerprint import Fingerprint
from seawall.model.link import Link
from seawall.operations.links import Broken, Readers, check_link
from seawall.repository.pieces import StoredPieces
from seawall.repository.sink import ArtifactSink

FINGERPRINT_NAME = "fingerprint.json"
LINKS_NAME = "links.jsonl"
LINES_PER_CHUNK = 4096


@dataclass(frozen=True)
class View:
    """A store at the point.

    Attributes:
        client: Reads the source as it was at the cut; None where that cannot be had.
        why: Why not; empty where it can.
    """

    client: Any
    why: str


@dataclass(frozen=True)
class BrokenAtPoint:
    """One line of LINKS_NAME: a value tuple that was broken at the point.

    Each link that was checked opens with a line that has no values and no records.
    """

    link: str
    values: tuple[str, ...]
    records: int


# Made once, before any thread: msgspec crashes when several ask it for a type for the first time.
_decode_fingerprint = msgspec.json.Decoder(Fingerprint).decode
_decode_broken = msgspec.json.Decoder(BrokenAtPoint).decode


def open_views(stack: ExitStack, attempts: dict[str, CutAttempt]) -> dict[str, View]:
    """Open every store's view; one that cannot be had says why."""
    views: dict[str, View] = {}
    for store, attempt in attempts.items():
        try:
            views[store] = View(stack.enter_context(attempt.view()), "")
        except RefusedError as error:
            views[store] = View(None, f"{error.happened} {error.hint}")
    return views


def store_fingerprint(
    engine: Engine[Any], view: View, key: bytes, sink: ArtifactSink
) -> Fingerprint | None:
    """Fingerprint a store at the point and store the result beside its pieces."""
    if view.client is None:
        return None
    taken = engine.require(FINGERPRINT, view.client).take(key)
    sink.write(FINGERPRINT_NAME, Role.PROOF, [msgspec.json.encode(taken)])
    return taken


def read_fingerprint(pieces: StoredPieces) -> Fingerprint | None:
    """The fingerprint that was taken at the point; None where the backup has none."""
    if FINGERPRINT_NAME not in pieces.names(Role.PROOF):
        return None
    content = b"".join(pieces.read(FINGERPRINT_NAME))
    return _decode_fingerprint(content)


def readers_of(views: dict[str, View], engines: dict[str, Engine[Any]]) -> Readers:
    """The records of every store that can be read at the point."""
    return {
        store: engines[store].require(RECORDS, view.client)
        for store, view in views.items()
        if view.client is not None
    }


def store_broken_links(
    links: tuple[Link, ...], readers: Readers, scratch: Path, sink: ArtifactSink
) -> Artifact:
    """Check every link whose ends can be read, and store what was broken at the point."""
    return sink.write(LINKS_NAME, Role.PROOF, _chunks(_broken_lines(links, readers, scratch)))


def read_broken_links(pieces: StoredPieces) -> Iterator[BrokenAtPoint]:
    """The value tuples that were broken at the point, link by link."""
    rest = b""
    for chunk in pieces.read(LINKS_NAME):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield _decode_broken(line)


def _broken_lines(links: tuple[Link, ...], readers: Readers, scratch: Path) -> Iterator[bytes]:
    for link in links:
        if link.every.store in readers and link.exists_in.store in readers:
            yield _encode(link, Broken((), 0))
            with check_link(link, readers, scratch) as checked:
                for broken in checked.broken():
                    yield _encode(link, broken)


def _encode(link: Link, broken: Broken) -> bytes:
    line = BrokenAtPoint(link.name, broken.values, broken.records)
    return msgspec.json.encode(line) + b"\n"


def _chunks(lines: Iterator[bytes]) -> Iterator[bytes]:
    gathered: list[bytes] = []
    for line in lines:
        gathered.append(line)
        if len(gathered) == LINES_PER_CHUNK:
            yield b"".join(gathered)
            gathered.clear()
    yield b"".join(gathered)
