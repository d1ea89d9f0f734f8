"""Plant a fault before framing: every hash is right, only the content is wrong.

The pieces of a store come from a clone that was tampered with; fingerprint and links come from the
store itself. It is what a backup program with a defect would have stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scenarios.shop import Shop
from seawall.capabilities import BACKUP, TRANSFER
from seawall.capabilities.backup import BackupSession, CutAttempt, Sink
from seawall.capabilities.server import OpenSandbox
from seawall.capability import Engine
from seawall.model.artifact import Artifact, Role
from seawall.model.point import Cut
from seawall.model.target import Target
from seawall.model.tier import Store
from seawall.operations.workplace import Workplace
from seawall.servers.local import LocalServer

Tamper = Callable[[Target], None]
Alter = Callable[[bytes], bytes]


class _Attempt:
    """Cuts both; the pieces follow the clone's cut, the view is the store's own."""

    def __init__(self, own: CutAttempt, clone: CutAttempt) -> None:
        self._own, self._clone = own, clone

    def take(self) -> None:
        self._own.take()
        self._clone.take()

    def settle(self) -> Cut | None:
        return self._clone.settle() if self._own.settle() else None

    def view(self) -> AbstractContextManager[Any]:
        return self._own.view()


class _Session:
    def __init__(self, own: BackupSession, clone: BackupSession) -> None:
        self._own, self._clone = own, clone

    def copy_base(self, sink: Sink) -> None:
        self._own.copy_base(_Nowhere())
        self._clone.copy_base(sink)

    @contextmanager
    def prepare(self) -> Iterator[_Attempt]:
        with self._own.prepare() as own, self._clone.prepare() as clone:
            yield _Attempt(own, clone)

    def copy_to(self, cut: Cut, sink: Sink) -> None:
        self._clone.copy_to(cut, sink)

    def details(self) -> tuple[tuple[str, str], ...]:
        return self._clone.details()


class _Nowhere:
    """A sink that keeps nothing."""

    def write(self, name: str, role: Role, chunks: Iterable[bytes]) -> Artifact:
        for _ in chunks:
            pass
        return Artifact(name, role, "", 0, "", 0, "")


class _Backup:
    def __init__(self, own: Any, clone: Any) -> None:
        self._own, self._clone = own, clone

    @contextmanager
    def open(self, scratch: Path, sandbox: OpenSandbox) -> Iterator[_Session]:
        (scratch / "own").mkdir()
        (scratch / "clone").mkdir()
        with (
            self._own.open(scratch / "own", sandbox) as own,
            self._clone.open(scratch / "clone", sandbox) as clone,
        ):
            yield _Session(own, clone)


@contextmanager
def pieces_from_a_clone(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, name: str, tamper: Tamper
) -> Iterator[None]:
    """Within, backups of one store hold what a tampered clone of it holds."""
    (store,) = shop.work.choose((name,))
    engine = shop.work.engine(store)
    server = LocalServer(
        engine, f"clone-{name}", shop.work.home, shop.work.surroundings, store.patterns
    )
    target = server.up()
    clone = engine.connect(target)
    try:
        with shop.work.open(store) as source:
            engine.require(TRANSFER, source).copy_into(clone)
        tamper(target)
        tampered = _with_pieces_of(engine, clone)
        original = Workplace.engine

        def engine_of(work: Workplace, asked: Store) -> Engine[Any]:
            return tampered if asked.name == name else original(work, asked)

        with monkeypatch.context() as patch:
            patch.setattr(Workplace, "engine", engine_of)
            yield
    finally:
        clone.close()
        server.destroy()


def _with_pieces_of(engine: Engine[Any], clone: Any) -> Engine[Any]:
    """The row, with a best backup whose pieces come from a clone."""
    best = engine.offers(BACKUP.name)[0]

    def make(client: Any) -> _Backup:
        assert best.make
        return _Backup(best.make(client), best.make(clone))

    offer = BACKUP.by(make, needs=best.needs, method=best.method)
    others = tuple(each for each in engine.matrix if each.capability != BACKUP.name)
    return replace(engine, matrix=(*others, offer))


@contextmanager
def altered_piece(monkeypatch: pytest.MonkeyPatch, piece: str, alter: Alter) -> Iterator[None]:
    """Within, one piece is altered before it is hashed, compressed and encrypted."""
    from seawall.repository.sink import ArtifactSink  # noqa: PLC0415

    original = ArtifactSink.write

    def write(sink: ArtifactSink, name: str, role: Role, chunks: Iterable[bytes]) -> Artifact:
        if name == piece:
            chunks = [alter(b"".join(chunks))]
        return original(sink, name, role, chunks)

    with monkeypatch.context() as patch:
        patch.setattr(ArtifactSink, "write", write)
        yield
