"""Folders that vanish with their owner, with every process that works in them.

A keeper process watches the leased folders of a tier through a pipe that only the owner holds open.
When the owner ends, even by kill -9, or the time to live runs out, the keeper ends what works in
the folders and removes them. `reap` does the same for an owner whose keeper was killed as well.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from seawall.servers import processes
from seawall.servers.os_users import make_passable
from seawall.servers.processes import ProcessId

LEASES = "leases"
OWNER_SUFFIX = ".owner.json"
TIME_TO_LIVE_SECONDS = 6 * 3600

_lock = threading.Lock()
_keepers: dict[Path, tuple[subprocess.Popen[bytes], int]] = {}
"""Home -> its keeper, and how many leases this process has there."""


@contextmanager
def lease(home: Path, purpose: str) -> Generator[Path]:
    """An empty private folder for as long as the context lasts, and never longer."""
    parent = home / LEASES
    make_passable(parent)
    folder = parent / f"{purpose}-{secrets.token_hex(4)}"
    with _kept(home):
        _write_owner(folder)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            sweep(folder)


@contextmanager
def _kept(home: Path) -> Generator[None]:
    """Have a keeper watch the home: one for all leases that this process has there."""
    with _lock:
        keeper, leases = _keepers.get(home) or (_start_keeper(home), 0)
        _keepers[home] = (keeper, leases + 1)
    try:
        yield
    finally:
        with _lock:
            keeper, leases = _keepers.pop(home)
            if leases > 1:
                _keepers[home] = (keeper, leases - 1)
            else:
                keeper.kill()
                keeper.communicate()


def _start_keeper(home: Path) -> subprocess.Popen[bytes]:
    me = processes.identify(os.getpid())
    return subprocess.Popen(
        [sys.executable, "-m", "seawall.servers.keeper", home, str(me.pid), repr(me.started)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
        env=_keeper_environment(),
    )


def _keeper_environment() -> dict[str, str]:
    """What finds the same modules and the same folders; none of the owner's secrets are in it."""
    import tempfile  # noqa: PLC0415 - start-up stays light

    path = os.pathsep.join(filter(None, sys.path))
    return {"LC_ALL": "C.UTF-8", "PYTHONPATH": path, "TMPDIR": tempfile.gettempdir()}


def sweep(folder: Path) -> None:
    """End every process of a folder, then remove the folder and its note."""
    processes.end_inside(folder)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(run_folder(folder), ignore_errors=True)
    owner_note(folder).unlink(missing_ok=True)


def reap(home: Path, gone: ProcessId | None = None) -> tuple[str, ...]:
    """Remove the folders of owners that have ended; the names of what was removed.

    Args:
        home: The tier's state folder.
        gone: An owner that is known to have ended, even if its number is still to be seen.
    """
    removed: list[str] = []
    parent = home / LEASES
    for note in sorted(parent.glob(f"*{OWNER_SUFFIX}")) if parent.is_dir() else ():
        folder = note.with_name(note.name.removesuffix(OWNER_SUFFIX))
        if not _is_owned(note, gone):
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


def _is_owned(note: Path, gone: ProcessId | None) -> bool:
    try:
        content = json.loads(note.read_text())
    except (OSError, ValueError):
        return False
    owner = ProcessId(int(content["pid"]), float(content["started"]))
    is_alive = owner != gone and processes.find(owner) is not None
    return is_alive and time.time() < float(content["ends"])
