"""What a data folder of Seawall's remembers about itself: who logs in, and where it came from.

The note lies in the data folder, so that it moves, is swapped and is destroyed with it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

NOTE = "seawall.json"
SUPERUSER = "postgres"
SANDBOX_LOGIN = "seawall_sandbox"


@dataclass(frozen=True)
class Note:
    """One data folder.

    Attributes:
        superuser: The cluster's first role, which exists whatever else was dropped.
        login: Who the place's password belongs to.
        database: The store's database.
        restored_from: Method of the backup it was built from; empty for a new server.
        settings: Server settings without which the restored data cannot be opened.
    """

    superuser: str = SUPERUSER
    login: str = SUPERUSER
    database: str = "postgres"
    restored_from: str = ""
    settings: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def is_sandbox(self) -> bool:
        """Whether the folder was last started as a mute copy."""
        return self.login == SANDBOX_LOGIN

    def text(self) -> str:
        """The note as its file holds it."""
        return json.dumps(asdict(self), indent=1) + "\n"


def read_note(data: Path) -> Note:
    """The note of a data folder; that of a new server where there is none."""
    try:
        return Note(**json.loads((data / NOTE).read_text()))
    except (OSError, ValueError, TypeError):
        return Note()


def write_note(data: Path, note: Note) -> None:
    """Write the note of a data folder."""
    (data / NOTE).write_text(note.text())
