"""What a data folder of Seawall's remembers about itself: whose it is, and where it came from.

The note lies in the data folder, so that it moves, is swapped and is destroyed with it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

NOTE = "seawall.json"
LOGIN = "seawall"
LOGIN_HOST = "127.0.0.1"
# Of a server that is used while a backup is restored, by its socket alone.
PRIVATE_LOGIN = "seawall_private"
PRIVATE_HOST = "localhost"
DATABASE = "app"


@dataclass(frozen=True)
class Note:
    """One data folder.

    Attributes:
        database: The store's database.
        restored_from: Method of the backup it was built from; empty for a new server.
        unseen: Kinds of facts that the backup's login could not see, so that none is compared.
        settings: Server settings without which the restored data cannot be opened.
    """

    database: str = DATABASE
    restored_from: str = ""
    unseen: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict[str, str])

    def text(self) -> str:
        """The note as its file holds it."""
        return json.dumps(asdict(self), indent=1) + "\n"


def read_note(data: Path) -> Note:
    """The note of a data folder; that of a new server where there is none."""
    try:
        known = json.loads((data / NOTE).read_text())
        return Note(**(known | {"unseen": tuple(known["unseen"])}))
    except (OSError, ValueError, TypeError, KeyError):
        return Note()


def write_note(data: Path, note: Note) -> None:
    """Write the note of a data folder."""
    (data / NOTE).write_text(note.text())
