"""`shell`: the engine's own interactive client, logged in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from seawall.capability import Standalone
from seawall.model.target import Target


@dataclass(frozen=True)
class ShellCommand:
    """A program that a person works with.

    Attributes:
        argv: The program and its arguments; no secret among them.
        variables: Environment variables that carry the login.
    """

    argv: tuple[str, ...]
    variables: tuple[tuple[str, str], ...]


class Shell(Protocol):
    """Says how the engine's client is started."""

    def command(self, target: Target) -> ShellCommand:
        """The client of the target's programs, else of the PATH's.

        Raises:
            RefusedError: SW-SERVER-012 when it is not on this machine.
        """
        ...


SHELL: Final = Standalone[Shell]("shell", "Open the engine's own client, logged in.")
