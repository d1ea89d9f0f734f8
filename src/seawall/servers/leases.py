"""Folders that vanish with their owner, with every process that works in them.

A keeper process watches each leased folder through a pipe that only the owner holds open. When
the owner ends, even by kill -9, or the time to live runs out, the keeper ends what works in the
folder and removes it. `reap` does the same for folders whose keeper was killed as well.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seawall.servers import processes
from seawall.servers.processes import ProcessId

LEASES = "leases"
OWNER_SUFFIX = ".owner.json"
TIME_TO_LIVE_SECONDS = 6 * 3600


@contextmanager
def lease(home: Path, purpose: str) -> Iterator[Path]:
    """An empty private folder for as long as the context lasts, and never longer."""
    parent = home / LEASES
    parent.mkdir(parents=True, exist_ok=True, mode=0o711)
    folder = parent / f"{purpose}-{secrets.token_hex(4)}"
    _write_owner(folder)
    folder.mkdir(mode=0o700)
    keeper = subprocess.Popen(
        [sys.executable, "-m", "seawall.servers.keeper", folder, str(TIME_TO_LIVE_SECONDS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
    )
    try:
        yield folder
    finally:
        sweep(folder)
        # Its pipe closed, the keeper finds nothing left to do and ends.
        if keeper.stdin:
            keeper.stdin.close()
        keeper.wait()


def sweep(folder: Path) -> None:
    """End every process of a folder, then remove the folder and its note."""
    for process in processes.inside(folder):
        if not _is_keeper(process.cmdline()):
            processes.kill_tree(process)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(run_folder(folder), ignore_errors=True)
    owner_note(folder).unlink(missing_ok=True)


def reap(home: Path) -> tuple[str, ...]:
    """Remove the folders of owners that have ended; the names of what was removed."""
    removed: list[str] = []
    parent = home / LEASES
    for note in sorted(parent.glob(f"*{OWNER_SUFFIX}")) if parent.is_dir() else ():
        folder = note.with_name(note.name.removesuffix(OWNER_SUFFIX))
        if not _is_owned(note):
            sweep(folder)
            removed.append(folder.name)
    return tuple(removed)


def owner_note(folder: Path) -> Path:
    """Where a leased folder's owner is noted: beside it, so that it outlives the folder."""
    return folder.with_name(folder.name + OWNER_SUFFIX)


def run_folder(folder: Path) -> Path:
    """The short folder for a place's sockets, whose paths may have 107 bytes at most."""
    import hashlib  # noqa: PLC0415 - start-up stays light
    import tempfile  # noqa: PLC0415

    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"seawall-{name}"


def _write_owner(folder: Path) -> None:
    me = processes.identify(os.getpid())
    note = {"pid": me.pid, "started": me.started, "ends": time.time() + TIME_TO_LIVE_SECONDS}
    path = owner_note(folder)
    unfinished = path.with_suffix(".new")
    unfinished.write_text(json.dumps(note))
    unfinished.rename(path)


def _is_owned(note: Path) -> bool:
    try:
        content = json.loads(note.read_text())
    except (OSError, ValueError):
        return False
    owner = ProcessId(int(content["pid"]), float(content["started"]))
    return processes.find(owner) is not None and time.time() < float(content["ends"])


def _is_keeper(command: list[str]) -> bool:
    return "seawall.servers.keeper" in command
