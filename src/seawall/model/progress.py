"""How long work tells what it is doing, without knowing who listens."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Listens to long work. Called from several threads."""

    def step(self, text: str) -> None:
        """Tell that a step begins, in a few words of the field."""
        ...

    def advance(self, what: str, done_bytes: int) -> None:
        """Tell how far `what` has come, in bytes, as often as it is known."""
        ...


class Silent:
    """Nobody listens."""

    def step(self, text: str) -> None:
        """Ignore the step."""

    def advance(self, what: str, done_bytes: int) -> None:
        """Ignore the advance."""
