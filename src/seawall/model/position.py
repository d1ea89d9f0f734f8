"""A place in one engine's log."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Position:
    """An opaque tuple, one entry per node, ordered only by its engine.

    Attributes:
        nodes: (node, text) pairs; the text is the engine's own notation (an LSN, an offset).
    """

    nodes: tuple[tuple[str, str], ...]

    @classmethod
    def single(cls, text: str) -> Position:
        """The position of a store that is one node."""
        return cls((("", text),))

    @property
    def text(self) -> str:
        """The position for people: the engine's notation, nodes joined."""
        return ", ".join(f"{node}={text}" if node else text for node, text in self.nodes)
