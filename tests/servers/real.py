"""Real servers for tests: one per engine and run, found by the registry."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from seawall import registry
from seawall.errors import SeawallError
from seawall.interfaces.cli.environment import current_surroundings
from seawall.model.location import Location
from seawall.model.surroundings import Surroundings
from seawall.model.target import Programs, Target
from seawall.servers import processes
from seawall.servers.leases import LEASES, run_folder, sweep
from seawall.servers.local import LocalServer
from seawall.servers.programs import find_programs


def surroundings() -> Surroundings:
    """The provider the caller forces, and homes that every user can enter."""
    shared = Path(tempfile.gettempdir()) / f"seawall-tests-{os.geteuid()}"
    fetched = current_surroundings().programs
    return Surroundings(os.environ.get("SEAWALL_PROVIDER", ""), shared, shared / "keys", fetched)


@cache
def missing_engines() -> dict[str, str]:
    """Engines of the registry whose programs are not on this machine, with the reason."""
    missing: dict[str, str] = {}
    for name in registry.names():
        try:
            programs_of(name)
        except SeawallError as error:
            missing[name] = error.happened
    return missing


def programs_of(name: str) -> Programs:
    """The programs that an engine's sandboxes run on."""
    engine = registry.load(name)
    return find_programs(engine, surroundings())


@contextmanager
def temporary_home() -> Iterator[Path]:
    """A state folder that servers' users can enter, cleared of processes at the end."""
    home = Path(tempfile.mkdtemp(prefix="seawall-test-"))
    home.chmod(0o711)
    try:
        yield home
    finally:
        for process in processes.inside(home):
            processes.kill_tree(process)
        for lease in (home / LEASES).glob("*") if (home / LEASES).is_dir() else ():
            if lease.is_dir():
                sweep(lease)
        for server in home.rglob("servers/*"):
            shutil.rmtree(run_folder(server), ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


class RealServers:
    """Starts each engine's server once; can stop, kill and pause it."""

    def __init__(self) -> None:
        self._home = temporary_home()
        self._servers: dict[str, LocalServer] = {}

    def __enter__(self) -> Self:
        self.home = self._home.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._home.__exit__(kind, error, trace)

    def server(self, name: str, patterns: tuple[tuple[str, str], ...] = ()) -> LocalServer:
        """The running server of an engine."""
        if name not in self._servers:
            engine = registry.load(name)
            self._servers[name] = LocalServer(
                engine, f"test-{name}", self.home, surroundings(), patterns
            )
        server = self._servers[name]
        server.up()
        return server

    def target(self, name: str, patterns: tuple[tuple[str, str], ...] = ()) -> Target:
        """How to open the store on that server, or on the one that SEAWALL_<ENGINE>_URL names."""
        url = os.environ.get(f"SEAWALL_{name.upper()}_URL")
        if url:
            return Target(f"test-{name}", Location.parse(url), patterns, programs_of(name))
        target = self.server(name, patterns).target()
        assert target
        return target


def kill(server: LocalServer) -> None:
    """Kill -9 the server's main process and its children."""
    process = server.process
    if process:
        processes.kill_tree(process)


def pause(process: psutil.Process) -> None:
    """Stop a process without ending it."""
    process.suspend()
