"""A server that only its maker can reach: a restored folder is brought to the cut in it."""

from __future__ import annotations

import signal
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Final

from seawall.engines.mariadb.client import Session, open_session
from seawall.engines.mariadb.mute import mute_options
from seawall.engines.mariadb.note import PRIVATE_LOGIN, Note
from seawall.engines.mariadb.server import (
    HASTY,
    SOCKET,
    private_first_statements,
    start_command,
)
from seawall.engines.mariadb.tools import Workshop, end, environment, last_lines
from seawall.errors import SeawallError, UnreachableError
from seawall.model.location import Location
from seawall.model.place import Place
from seawall.model.target import Target

READY_SECONDS: Final = 600
STOP_SECONDS: Final = 600
LOG_BYTES: Final = 20_000


@contextmanager
def private_server(
    place: Place, workshop: Workshop, note: Note, *options: str
) -> Generator[Target]:
    """Run a mute server on a place's data until the end of the context, then stop it cleanly.

    It listens on the socket of the place's private folder alone. Yields its login.

    Raises:
        SeawallError: SW-MARIADB-012 when it does not start, or ends by itself.
    """
    command = start_command(
        place,
        note,
        ["--skip-networking", *HASTY, *mute_options(), *options],
        private_first_statements(place),
    )
    for name, content in command.files:
        workshop.write_private(Path(name), content)
    with tempfile.TemporaryFile() as said:
        process = _start(workshop, command.argv, said)
        try:
            target = _login(place, note)
            _wait_until_ready(place, target, process, said)
            yield target
        except BaseException:
            end(process)
            raise
        process.send_signal(signal.SIGTERM)
        if _wait(process):
            raise _failed(place, said)


def _start(workshop: Workshop, argv: tuple[str, ...], said: IO[bytes]) -> subprocess.Popen[bytes]:
    user = workshop.os_user
    return subprocess.Popen(
        argv,
        cwd=workshop.folder,
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=said,
        env=environment(workshop.folder),
        umask=0o077,
        user=user.uid if user else None,
        group=user.gid if user else None,
        extra_groups=[] if user else None,
    )


def _login(place: Place, note: Note) -> Target:
    location = Location(
        scheme="mariadb",
        host=str(place.run / SOCKET),
        port=0,
        user=PRIVATE_LOGIN,
        password=place.password,
        database=note.database,
    )
    return Target(place.store, location, (), place.programs)


def _wait_until_ready(
    place: Place, target: Target, process: subprocess.Popen[bytes], said: IO[bytes]
) -> None:
    deadline = time.monotonic() + READY_SECONDS
    anywhere = replace(target, location=replace(target.location, database=""))
    while True:
        try:
            session: Session = open_session(anywhere)
        except UnreachableError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise _failed(place, said) from None
            time.sleep(0.02)
        else:
            session.close()
            return


def _wait(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        end(process)
        return -1


def _failed(place: Place, said: IO[bytes]) -> SeawallError:
    said.seek(max(0, said.seek(0, 2) - LOG_BYTES))
    return UnreachableError(
        "SW-MARIADB-012",
        attempted=f"bring the data of store `{place.store}` to the cut",
        happened=f"the server on it ended: {last_lines(said.read())}",
        hint="The lines above are the server's own.",
    )
