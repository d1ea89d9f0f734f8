"""`server`: run one server of the engine on this machine.

The process itself (user, port, pid, stop, reaping) belongs to `seawall.servers`; an engine only
says what to write and what to start.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, Protocol

from seawall.capability import Standalone
from seawall.model.location import Location
from seawall.model.place import Place, ProgramSpec
from seawall.model.target import Target

RunTool = Callable[[tuple[str, ...]], None]
"""Runs one program to its end as the server's user, in the place's folder, without the caller's
environment; raises SeawallError with the program's last lines when it fails."""


@dataclass(frozen=True)
class StartCommand:
    """How to start a server in the foreground.

    Attributes:
        argv: Absolute program and arguments; no secret among them.
        stop_signal: Asks for a clean and quick stop.
        files: (path, content) pairs to write before each start, mode 0600, owned by its user.
        locks: Files by which a killed server would keep the next one from starting; removed before
            each start, which comes only when nothing runs in the folder.
    """

    argv: tuple[str, ...]
    stop_signal: int
    files: tuple[tuple[str, str], ...]
    locks: tuple[str, ...] = ()


class Server(Protocol):
    """What starting a server of this engine takes."""

    def create(self, place: Place, run: RunTool) -> None:
        """Make an empty data folder in `place.data`, which exists, is empty and is owned."""
        ...

    def command(self, place: Place) -> StartCommand:
        """How to start the tier's own server at a place: durable, loopback, password needed."""
        ...

    def sandbox_command(self, place: Place) -> StartCommand:
        """How to start a mute copy: nothing it was configured to send, pull or schedule runs.

        Settings restored with the data must not survive: what is given here overrides them.
        Production logins are refused; the place's generated login (see `claim`) is accepted.
        """
        ...

    def location(self, place: Place) -> Location:
        """How the generated login reaches a server started at `place`."""
        ...


class OpenSandbox(Protocol):
    """Starts a mute private server of one store's engine, on the programs of its target."""

    def __call__(self, prepare: Callable[[Place], None]) -> AbstractContextManager[Target]:
        """Open a fresh place, let `prepare` fill its empty data folder, start the sandbox command.

        Entering returns once the server accepts connections; the target is its generated login.
        Leaving kills the server and removes the place, also when this process dies in between.
        `prepare` may write as the current user: the files are then given to the server's user.
        """
        ...


class Claim(Protocol):
    """Make the generated login work on a data folder that came from a backup."""

    def claim(self, place: Place, details: tuple[tuple[str, str], ...]) -> None:
        """Set the login of `place` on the running server; `details` are the manifest's.

        Called once after a restored server accepts connections on its private socket.
        """
        ...


class Program(Protocol):
    """Where the engine's programs come from."""

    def specs(self) -> tuple[ProgramSpec, ...]:
        """Names and sources: data for `seawall.servers`.

        The engine's own programs first; a product that stands in for them after it.
        """
        ...


SERVER: Final = Standalone[Server]("server", "Run a server of this engine on this machine.")
CLAIM: Final = Standalone[Claim]("claim", "Log in to a server restored from a backup.")
PROGRAMS: Final = Standalone[Program]("programs", "Find the engine's programs on this machine.")
