"""What an engine needs to open one store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from seawall.model.location import Location


@dataclass(frozen=True)
class Programs:
    """The folder of one engine's programs on this machine.

    Attributes:
        folder: Holds the executables.
        version: Of the server program, such as `18.6`.
        provider: Where they come from: the kind of their source, or a folder's path.
        os_users: Whom root starts them as, first one present; empty: as the current user.
        tools: Folders of other versions' programs, newest first: a set may lack client programs.
    """

    folder: Path
    version: str
    provider: str
    os_users: tuple[str, ...] = ()
    tools: tuple[Path, ...] = ()

    def program(self, name: str) -> Path:
        """The path of one executable, which may be absent."""
        others = (folder / name for folder in self.tools if not (self.folder / name).exists())
        return next((path for path in others if path.exists()), self.folder / name)


@dataclass(frozen=True)
class Target:
    """One store as its engine opens it.

    Attributes:
        store: Its name in the file.
        location: Where it listens and who logs in.
        patterns: (collection, key pattern) pairs of a store that has no schema of its own.
        programs: The engine's programs here, None where there are none.
    """

    store: str
    location: Location
    patterns: tuple[tuple[str, str], ...] = ()
    programs: Programs | None = None
