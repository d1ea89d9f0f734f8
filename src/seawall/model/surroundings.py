"""What the machine and the user's environment decide, read once by an interface."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Surroundings:
    """Settings that come from outside the file.

    Attributes:
        provider: Where programs must come from: a kind of source, a folder, or empty for any.
        shared_home: Holds state where a server's user cannot enter the file's folder.
        keys: Folder of the default age identities.
        programs: Holds the programs that were fetched; a server's user can enter it.
    """

    provider: str
    shared_home: Path
    keys: Path
    programs: Path
