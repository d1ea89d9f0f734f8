"""Starting, recognising and ending processes: a pid is believed only with its start time."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from seawall.errors import UnreachableError
from seawall.model.place import OsUser

STOP_SECONDS = 30
TOOL_SECONDS = 600
LAST_LINES = 12
STOP_NOTE = "stop-signal"
# psutil hands on what /proc says while a process is on its way out, not always as its own error.
VANISHED = (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError)


@dataclass(frozen=True)
class ProcessId:
    """A process that cannot be mistaken for a later one with the same number.

    Attributes:
        pid: Its number.
        started: When it started, in seconds since 1970.
    """

    pid: int
    started: float


def identify(pid: int) -> ProcessId:
    """The identity of a running process."""
    return ProcessId(pid, psutil.Process(pid).create_time())


def find(identity: ProcessId) -> psutil.Process | None:
    """The process, unless it has ended or its number belongs to another one now."""
    try:
        process = psutil.Process(identity.pid)
        alive = process.status() != psutil.STATUS_ZOMBIE
        # Start times are kept in clock ticks (10 ms); a reused number starts later.
        same = abs(process.create_time() - identity.started) < 0.02  # noqa: PLR2004
    except VANISHED:
        return None
    return process if alive and same else None


def spawn(argv: tuple[str, ...], folder: Path, log: Path, user: OsUser | None) -> psutil.Process:
    """Start a long-lived process in its own session, with a clean environment."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            argv,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=_environment(folder),
            umask=0o077,
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
        )
    # The process outlives this object on purpose; psutil waits for it where somebody must.
    child.returncode = 0
    return psutil.Process(child.pid)


def has_ended(process: psutil.Process) -> bool:
    """Whether a process is gone, or is a zombie that nobody has waited for.

    Its threads count: while the last of them ends, the process is a zombie that still listens.
    """
    try:
        if not process.is_running():
            return True
        return process.status() == psutil.STATUS_ZOMBIE and process.num_threads() <= 1
    except VANISHED:
        return True


def run_tool(argv: tuple[str, ...], folder: Path, user: OsUser | None) -> None:
    """Run one program to its end.

    Raises:
        UnreachableError: SW-SERVER-007 with the program's last lines when it fails.
    """
    with tempfile.TemporaryFile() as output:
        result = subprocess.run(
            argv,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=_environment(folder),
            umask=0o077,
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
            timeout=TOOL_SECONDS,
            check=False,
        )
        output.seek(0)
        said = output.read().decode(errors="replace")
    if result.returncode:
        raise UnreachableError(
            "SW-SERVER-007",
            attempted=f"run {Path(argv[0]).name}",
            happened=f"it ended with {result.returncode}: {_last(said)}",
            hint="The lines above are the program's own.",
        )


def end(process: psutil.Process, signal: int) -> None:
    """Ask a process to stop; kill it when it has not stopped in time."""
    try:
        process.send_signal(signal)
    except VANISHED:
        return
    if not _wait_until_ended([process]):
        kill_tree(process)


def kill_tree(process: psutil.Process) -> None:
    """Kill a process and its children, and wait until they have ended."""
    family = [process]
    with suppress(*VANISHED):
        family = [*process.children(recursive=True), process]
    for member in family:
        with suppress(*VANISHED):
            member.kill()
    _wait_until_ended(family)


def _wait_until_ended(family: list[psutil.Process]) -> bool:
    """Wait until processes do nothing any more.

    One whose parent does not wait for it stays a zombie: it has ended, only its number is left.
    """
    deadline = time.monotonic() + STOP_SECONDS
    while not all(has_ended(process) for process in family):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    for process in family:
        # Our own children are waited for, so that no zombie of ours stays.
        with suppress(psutil.TimeoutExpired, *VANISHED):
            process.wait(0)
    return True


def inside(folder: Path) -> Iterator[psutil.Process]:
    """Processes that work in a folder or name it in their arguments, this one excepted."""
    prefix = str(folder)
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        try:
            words = (process.cwd(), *process.cmdline())
        except (psutil.AccessDenied, *VANISHED):
            continue
        if any(word == prefix or word.startswith(f"{prefix}/") for word in words):
            yield process


def oldest_inside(folder: Path) -> psutil.Process | None:
    """Of a server's processes the oldest is the one that the others belong to."""
    found: list[tuple[float, int, psutil.Process]] = []
    for process in inside(folder):
        with suppress(*VANISHED):
            found.append((process.create_time(), process.pid, process))
    return min(found)[2] if found else None


def note_stop_signal(folder: Path, signal: int) -> None:
    """Write down beside a server how whoever clears up after its owner is to stop it."""
    (folder / STOP_NOTE).write_text(str(int(signal)))


def end_inside(folder: Path) -> None:
    """End whatever works in a folder; a server is stopped first as it wants to be.

    A server that is killed leaves its shared memory to the machine for good.
    """
    note = folder / STOP_NOTE
    server = oldest_inside(folder) if note.exists() else None
    if server:
        end(server, int(note.read_text()))
    for process in inside(folder):
        kill_tree(process)


def last_lines(log: Path) -> str:
    """The end of a log, for an error's text."""
    try:
        return _last(log.read_text(errors="replace")[-8000:])
    except OSError:
        return "(no log)"


def _last(text: str) -> str:
    return " | ".join(line.strip() for line in text.strip().splitlines()[-LAST_LINES:])


def _environment(folder: Path) -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "TMPDIR": str(folder)}
