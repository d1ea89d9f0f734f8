"""Where a tier's state lives: beside its file, unless a server's user could not enter there."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from seawall.errors import RefusedError
from seawall.model.surroundings import Surroundings
from seawall.servers.os_users import can_enter, make_passable

FOLDER = ".seawall"


def home_of(file: Path, surroundings: Surroundings, environment: str = "") -> Path:
    """The state folder of the tier that a file names, in one environment; made where there is none.

    Environments share nothing: each has servers, locks and leases of its own.
    """
    home = file.parent / FOLDER
    if os.geteuid() == 0 and not can_enter(file.parent):
        digest = hashlib.sha256(os.fsencode(file)).hexdigest()[:8]
        home = surroundings.shared_home / "tiers" / f"{file.parent.name}-{digest}"
    if environment:
        home = home / "environments" / environment
    make_passable(home)
    # Servers run as another user: they pass through, they cannot list.
    home.chmod(0o711)
    ignore = home / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n")
    return home


@contextmanager
def only_one(home: Path, act: str) -> Generator[None]:
    """Let one process at a time do an act on a tier; the lock ends with the process.

    Raises:
        RefusedError: SW-TIER-001 at once when another process is at it.
    """
    with (home / f"{act}.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise RefusedError(
                "SW-TIER-001",
                attempted=f"{act} the tier",
                happened=f"process {file.read().strip() or '(unknown)'} is doing that now.",
                hint="Wait until it has finished, then run the command again.",
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
