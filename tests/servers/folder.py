"""A backup's pieces as plain files: what the engines see of a repository, and nothing more."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from blake3 import blake3

from seawall.capabilities import BACKUP, RESTORE
from seawall.capabilities.backup import Backup, BackupSession
from seawall.capability import Engine
from seawall.model.artifact import Artifact, Role
from seawall.model.manifest import StoreBackup
from seawall.model.point import Cut
from seawall.model.target import Target
from seawall.servers.sandboxes import Sandboxes
from seawall.servers.starting import tool_runner


@dataclass
class FolderSink:
    """Writes pieces as files of a folder."""

    folder: Path
    artifacts: list[Artifact] = field(default_factory=list)

    def write(self, name: str, role: Role, chunks: Iterable[bytes]) -> Artifact:
        """Store one piece."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.writelines(chunks)
        size, digest = path.stat().st_size, blake3(path.read_bytes()).hexdigest()
        artifact = Artifact(name, role, name, size, digest, size, digest)
        self.artifacts.append(artifact)
        return artifact


@dataclass(frozen=True)
class FolderPieces:
    """Reads them again."""

    sink: FolderSink
    below: tuple[FolderPieces, ...] = ()

    def earlier(self) -> tuple[FolderPieces, ...]:
        """Of the backups that this one builds on, oldest first."""
        return self.below

    def names(self, role: Role) -> tuple[str, ...]:
        """Pieces of one role."""
        return tuple(each.name for each in self.sink.artifacts if each.role is role)

    def read(self, name: str) -> Iterator[bytes]:
        """One piece's bytes."""
        with (self.sink.folder / name).open("rb") as file:
            while chunk := file.read(2**20):
                yield chunk


@dataclass(frozen=True)
class Taken:
    """A finished backup of one store."""

    method: str
    pieces: FolderPieces
    cut: Cut
    details: tuple[tuple[str, str], ...]
    at_point: Any


def part_of(taken: Taken, engine: str) -> StoreBackup:
    """A backup as a manifest would name it."""
    details = dict(taken.details)
    return StoreBackup(
        store="app",
        engine=engine,
        server_version=details.get("server_version", ""),
        method=taken.method,
        passed_over=(),
        cut=taken.cut,
        details=taken.details,
        records=0,
        fingerprint_why="",
        artifacts=tuple(taken.pieces.sink.artifacts),
        phases=(),
    )


def implementation(engine: Engine[Any], client: Any, method: str) -> Backup:
    """The offer of one method, whatever `choose` would take."""
    (offer,) = [offer for offer in engine.offers("backup") if offer.method == method]
    assert offer.make
    made: Backup = offer.make(client)  # type: ignore[assignment]
    return made


@contextmanager
def back_up(
    engine: Engine[Any], client: Any, sandboxes: Sandboxes, folder: Path, look: Any
) -> Iterator[Taken]:
    """Back a store up without holding anything; `look(view)` reads it at the cut."""
    chosen = engine.choose(BACKUP, client)
    with tempfile.TemporaryDirectory() as scratch:
        opened = chosen.implementation.open(Path(scratch), sandboxes)
        taken = take(opened, FolderSink(folder), chosen.method, look)
    yield taken


def take(
    opened: AbstractContextManager[BackupSession],
    sink: FolderSink,
    method: str,
    look: Any,
    below: tuple[FolderPieces, ...] = (),
) -> Taken:
    """A whole backup by a session that is about to begin, on the pieces of earlier ones."""
    with opened as session:
        session.copy_base(sink)
        return cut_once(session, sink, method, look, below)


def cut_once(
    session: BackupSession,
    sink: FolderSink,
    method: str,
    look: Any,
    below: tuple[FolderPieces, ...] = (),
) -> Taken:
    """One cut of a session whose base is copied, with all that leads up to it."""
    with session.prepare() as attempt:
        cut = None
        while cut is None:
            attempt.take()
            cut = attempt.settle()
        session.copy_to(cut, sink)
        with attempt.view() as view:
            at_point = look(view)
    return Taken(method, FolderPieces(sink, below), cut, session.details(), at_point)


@contextmanager
def restored(engine: Engine[Any], sandboxes: Sandboxes, taken: Taken) -> Iterator[Target]:
    """The backup, restored into a running sandbox."""
    restore = engine.standalone(RESTORE, taken.method)
    with sandboxes.place() as place:
        restore.build(taken.pieces, place, taken.cut, taken.details, tool_runner(place))
        target = sandboxes.start(place, taken.details)
        client = engine.connect(target)
        try:
            restore.load(taken.pieces, place, client)
        finally:
            client.close()
        yield target
