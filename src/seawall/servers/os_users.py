"""Whom a server runs as: never root, and always someone who can enter its folders."""

from __future__ import annotations

import os
import pwd
import stat
from pathlib import Path

from seawall.errors import RefusedError
from seawall.model.place import OsUser


def choose_os_user(preferred: tuple[str, ...]) -> OsUser | None:
    """The unprivileged user a server is to run as; None for the current one.

    That is so when this process is unprivileged itself, and when nobody is preferred: the
    programs are then the current user's alone.

    Raises:
        RefusedError: SW-SERVER-006 when root finds neither a preferred user nor `nobody`.
    """
    if os.geteuid() != 0 or not preferred:
        return None
    for name in (*preferred, "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return OsUser(name, entry.pw_uid, entry.pw_gid)
    raise RefusedError(
        "SW-SERVER-006",
        attempted="choose an unprivileged user for a server",
        happened=f"the system has none of {', '.join((*preferred, 'nobody'))}.",
        hint="Create one of these users, or run Seawall as an ordinary user.",
    )


def can_enter(folder: Path) -> bool:
    """Whether every user can pass through the folder and its parents.

    A folder that does not exist yet is judged by its nearest parent that does.
    """
    path = folder.absolute()
    while not path.exists():
        path = path.parent
    return all(part.stat().st_mode & stat.S_IXOTH for part in (path, *path.parents))


def make_passable(folder: Path) -> None:
    """Make a folder, and those above it that are missing, so that every user can pass through.

    Whatever the umask: that of a careful root would close them to the servers' users.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(mode=0o711, exist_ok=True)
        path.chmod(0o711)


def make_readable(folder: Path) -> None:
    """Let every user read, and where the owner can also run or enter, what is in a folder."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o055 if mode & stat.S_IXUSR else 0o044))


def give_to(path: Path, user: OsUser | None) -> None:
    """Make a folder and everything below it the user's; nothing to do without one."""
    if user is None:
        return
    os.chown(path, user.uid, user.gid)
    for root, folders, files in os.walk(path):
        for name in (*folders, *files):
            os.chown(Path(root) / name, user.uid, user.gid, follow_symlinks=False)
