"""Start a server at a place and wait until it answers."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import psutil

from seawall.capabilities import CLAIM, SERVER, STATUS
from seawall.capabilities.server import RunTool, StartCommand
from seawall.capability import Engine
from seawall.errors import RefusedError, TimedOutError, UnreachableError
from seawall.model.place import OsUser, Place
from seawall.model.target import Target
from seawall.servers import processes
from seawall.servers.os_users import give_to

READY_SECONDS = 120
LOG = "server.log"


def tool_runner(place: Place) -> RunTool:
    """Runs programs as the place's user, in its folder."""

    def run(argv: tuple[str, ...]) -> None:
        processes.run_tool(argv, place.folder, place.os_user)

    return run


def lay_out(place: Place) -> None:
    """Make a place's folders, private to the server's user.

    Raises:
        RefusedError: SW-SERVER-008 when one of them belongs to somebody else.
    """
    for folder in (place.folder, place.data, place.run):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if folder.stat().st_uid not in {os.geteuid(), place.os_user.uid if place.os_user else -1}:
            raise RefusedError(
                "SW-SERVER-008",
                attempted=f"prepare the folder {folder}",
                happened="it belongs to somebody else.",
                hint="Remove it or ask its owner to.",
            )
        folder.chmod(0o700)
        if place.os_user:
            os.chown(folder, place.os_user.uid, place.os_user.gid)


def launch(place: Place, command: StartCommand) -> psutil.Process:
    """Write the command's files and start it."""
    for name, content in command.files:
        _write_private(Path(name), content, place.os_user)
    for name in command.locks:
        Path(name).unlink(missing_ok=True)
    processes.note_stop_signal(place.folder, command.stop_signal)
    return processes.spawn(command.argv, place.folder, place.folder / LOG, place.os_user)


def hand_over_data(place: Place) -> None:
    """Give restored files to the server's user."""
    give_to(place.data, place.os_user)


def target_at(engine: Engine[Any], place: Place, patterns: tuple[tuple[str, str], ...]) -> Target:
    """How to open the store that is served at a place."""
    location = engine.standalone(SERVER).location(place)
    return Target(place.store, location, patterns, place.programs)


def wait_until_ready(engine: Engine[Any], place: Place, process: psutil.Process) -> None:
    """Wait until the generated login works.

    Raises:
        UnreachableError: SW-SERVER-004 when the server ends instead; the text has its last lines.
        TimedOutError: SW-SERVER-005 when it does not answer in time.
    """
    target = target_at(engine, place, ())
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            client = engine.connect(target)
            try:
                engine.require(STATUS, client).read()
            finally:
                client.close()
        except UnreachableError as error:
            last = error
        else:
            return
        _fail_when_over(place, process, deadline, last)
        time.sleep(0.02)


def claim(
    engine: Engine[Any],
    place: Place,
    details: tuple[tuple[str, str], ...],
    process: psutil.Process,
) -> None:
    """Make the place's login work on restored data, as soon as the server lets us in."""
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            engine.standalone(CLAIM).claim(place, details)
        except UnreachableError as error:
            last = error
        else:
            return
        _fail_when_over(place, process, deadline, last)
        time.sleep(0.02)


def _fail_when_over(
    place: Place, process: psutil.Process, deadline: float, last: UnreachableError
) -> None:
    log = place.folder / LOG
    if processes.has_ended(process):
        raise UnreachableError(
            "SW-SERVER-004",
            attempted=f"start the server of store `{place.store}`",
            happened=f"it ended: {processes.last_lines(log)}",
            hint=f"Its log is {log}.",
        )
    if time.monotonic() > deadline:
        raise TimedOutError(
            "SW-SERVER-005",
            attempted=f"start the server of store `{place.store}`",
            happened=f"it did not answer within {READY_SECONDS} s: {last.happened}",
            hint=f"Its log is {log}.",
        )


def _write_private(path: Path, content: str, user: OsUser | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
    if user:
        os.chown(path, user.uid, user.gid)
