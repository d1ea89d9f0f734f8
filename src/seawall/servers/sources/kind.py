"""What every kind of source can do; the fetched programs lie below one folder of the user."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, TypeVar

from seawall.model.source import Source

S_contra = TypeVar("S_contra", bound=Source, contravariant=True)

# The last act of an installation; a folder without it was left by a killed one.
COMPLETE = ".complete"


class Kind(Protocol[S_contra]):
    """One kind of source: finds what is here."""

    def folders(self, source: S_contra, names: tuple[str, ...], home: Path) -> Iterator[Path]:
        """Folders of programs that are here already, best first.

        Args:
            source: Data of one source of this kind.
            names: What the server program may be called.
            home: Below it lies what was fetched.
        """
        ...


class Fetches(Kind[S_contra], Protocol[S_contra]):
    """One that can be fetched."""

    def lacking(self) -> str:
        """What this machine lacks to fetch such sources, as a sentence; empty when nothing."""
        ...

    def fetch(self, source: S_contra, folder: Path) -> None:
        """Fetch it into an existing empty folder.

        Raises:
            UnreachableError: SW-SOURCE-001 when it cannot be had.
        """
        ...


def fetched(source: Source, home: Path) -> Path:
    """The folder that a source is fetched into."""
    return home / source.kind / getattr(source, "label", "")
