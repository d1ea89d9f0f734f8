"""A source, and a second server that backups are restored into, both of one run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from seawall.capabilities import FINGERPRINT, LOG, RESTORE, TRANSFER
from seawall.engines.mongodb import ENGINE, dump, log_dump
from seawall.engines.mongodb.client import MongodbClient, connect
from seawall.engines.mongodb.dump import DumpBackup
from seawall.engines.mongodb.log_dump import LogBackup
from seawall.engines.mongodb.server import MongodbServer, make_user, start_command
from seawall.model.fingerprint import Comparison, Fingerprint, compare
from seawall.model.point import Cut
from seawall.model.target import Target
from seawall.servers import processes, starting
from seawall.servers.local import LocalServer
from seawall.servers.sandboxes import Sandboxes
from servers.folder import FolderPieces, FolderSink
from servers.real import surroundings
from servers.waiting import wait_until

KEY = bytes(range(32))
METHODS = {log_dump.METHOD: LogBackup, dump.METHOD: DumpBackup}
WAIT_SECONDS = 60
Act = Callable[[], Any]


def nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True)
class Taken:
    """A backup of the lab's source."""

    method: str
    folder: Path
    pieces: FolderPieces
    cut: Cut
    details: tuple[tuple[str, str], ...]
    at_point: Fingerprint

    def names(self) -> set[str]:
        return {each.name for each in self.pieces.sink.artifacts}

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()


class Lab:
    """Two servers."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.server = LocalServer(ENGINE, "source", home, surroundings())
        self.other = LocalServer(ENGINE, "copy", home, surroundings())
        self.target = self.server.up()
        self.copy = self.other.up()
        self.driver: MongoClient[Any] = MongoClient(self.target.location.url())

    def clear(self) -> None:
        for target in (self.target, self.copy):
            with opened(target) as client:
                ENGINE.require(TRANSFER, client).clear()

    def close(self) -> None:
        self.driver.close()

    @contextmanager
    def back_up(
        self,
        method: str = log_dump.METHOD,
        target: Target | None = None,
        *,
        after_base: Act = nothing,
        after_cut: Act = nothing,
    ) -> Iterator[Taken]:
        """Back the source up, and read it at the cut."""
        with tempfile.TemporaryDirectory() as name, opened(target or self.target) as client:
            sink = FolderSink(Path(name))
            backup: Any = METHODS[method](client)
            with backup.open(Path(name), no_sandbox) as session:
                session.copy_base(sink)
                after_base()
                with session.prepare() as attempt:
                    cut = None
                    while cut is None:
                        attempt.take()
                        cut = attempt.settle()
                    after_cut()
                    session.copy_to(cut, sink)
                    with attempt.view() as view:
                        at_point = fingerprint(view)
                details = session.details()
            yield Taken(method, Path(name), FolderPieces(sink), cut, details, at_point)

    def restore(self, taken: Taken, into: Target | None = None) -> Fingerprint:
        """Load a backup into the other server, emptied before, and read what it holds then."""
        with opened(into or self.copy) as client:
            ENGINE.require(TRANSFER, client).clear()
            place: Any = self
            ENGINE.standalone(RESTORE, taken.method).load(taken.pieces, place, client)
            return fingerprint(client)

    def differences(self, taken: Taken) -> tuple[str, ...]:
        return self.compare(taken).differences

    def compare(self, taken: Taken) -> Comparison:
        return compare(taken.at_point, self.restore(taken), 0)

    @property
    def store(self) -> str:
        return "lab"


def verify(taken: Taken, folder: Path | None = None) -> tuple[str, ...]:
    """What the log check says of a backup."""
    return ENGINE.standalone(LOG).verify(folder or taken.folder, taken.details, None)


def fingerprint(client: MongodbClient) -> Fingerprint:
    return ENGINE.require(FINGERPRINT, client).take(KEY)


@contextmanager
def opened(target: Target) -> Iterator[MongodbClient]:
    client = connect(target)
    try:
        yield client
    finally:
        client.close()


@contextmanager
def serving(
    lab: Lab, store: str, is_up: Callable[[Target], bool], *options: str
) -> Iterator[Target]:
    """One more server, started with options of its own."""
    programs = lab.target.programs
    assert programs
    if not programs.program("secantusd-py").exists():
        pytest.skip("starts SecantusDB with its own options")
    with Sandboxes(ENGINE, store, (), lab.home, programs).place() as place:
        make_user(place)
        command = start_command(place, is_mute=False, has_login=True)
        process = starting.launch(place, replace(command, argv=(*command.argv, *options)))
        target = Target(store, MongodbServer().location(place), (), programs)
        try:
            wait_until(lambda: is_up(target), f"an answer of {store}")
            yield target
        finally:
            processes.kill_tree(process)


def no_sandbox(_: object) -> Any:
    raise AssertionError
