"""Where one server lives on this machine, and what its programs are called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from seawall.model.secret import Secret
from seawall.model.source import Source
from seawall.model.target import Programs


@dataclass(frozen=True)
class ProgramSpec:
    """How to find the programs of one product.

    Attributes:
        server: The server program's file name.
        aliases: Other names of the same program (`redis-server`, `valkey-server`).
        sources: Where they may come from, best first.
        version_argument: Makes the server program print its version and exit.
        version_pattern: Regular expression whose first group is the version in that output.
        os_users: System users to run as when started by root, first one present, else `nobody`;
            empty for programs that only the user who installed them can run.
        answers_as: The engine's version that another product speaks; empty for the engine itself.
    """

    server: str
    aliases: tuple[str, ...]
    sources: tuple[Source, ...]
    version_argument: str
    version_pattern: str
    os_users: tuple[str, ...]
    answers_as: str = ""


@dataclass(frozen=True)
class OsUser:
    """An unprivileged system user, by number."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Place:
    """One server's home on this machine.

    Attributes:
        store: The store it serves.
        folder: Everything of this server; mode 0700, owned by the server's user.
        data: The data folder below it, written by the engine.
        run: A short private folder (0700) for sockets: socket paths have a length limit.
        port: Loopback TCP port.
        password: Of the generated login.
        programs: What it runs on.
        os_user: Whom it runs as; None means the current user.
    """

    store: str
    folder: Path
    data: Path
    run: Path
    port: int
    password: Secret
    programs: Programs
    os_user: OsUser | None
