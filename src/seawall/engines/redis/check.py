"""Run the server's own checkers over the files that a sandbox was started from."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from seawall.engines.redis.client import RedisClient
from seawall.engines.redis.restore import FOLDER, LIST_FILE, ONE_FILE, has_file_list
from seawall.engines.redis.settings import read_setting
from seawall.errors import RefusedError

CHECK_SECONDS: Final = 3600
# The end of the checkers' reports; an exit code alone is not believed.
RDB_IS_WHOLE: Final = "RDB looks OK"
AOF_REPORT: Final = re.compile(r"size=(\d+), ok_up_to=(\d+).*diff=(-?\d+)")
LAST_CHARACTERS: Final = 300


class RedisCheck:
    """Checks a sandbox on this machine.

    The server program is also the checker, when it is started under that name: not every set of
    programs has the checker as one of its own.
    """

    def __init__(self, client: RedisClient) -> None:
        self._client = client

    def covers(self) -> str:
        """What the checkers look at."""
        return (
            "structure and CRC-64 of the payload, framing of every command of the stream"
            " (the engine's check-rdb and check-aof); every encoded value was examined on loading"
        )

    def run(self) -> tuple[str, ...]:
        """Check payload and stream.

        Raises:
            RefusedError: SW-DRILL-010 when the files or the program are not here.
        """
        return tuple(self._find_faults(self._list_files()))

    def _list_files(self) -> list[tuple[Path, str]]:
        """(file, kind) of each part of the append-only file; a base is of kind `b`."""
        folder = Path(read_setting(self._client, "dir"))
        if not has_file_list(self._client.server.version):
            return [(folder / ONE_FILE, "i")]
        try:
            listed = (folder / FOLDER / LIST_FILE).read_text().splitlines()
        except OSError as error:
            raise _cannot_run(f"{LIST_FILE} cannot be read: {error.strerror}") from None
        parts = [line.split() for line in listed]
        return [(folder / FOLDER / name, kind) for _, name, _, _, _, kind, *_ in parts]

    def _find_faults(self, files: list[tuple[Path, str]]) -> Iterator[str]:
        for file, kind in files:
            name = file.name
            if not file.is_file():
                yield f"{name} is missing."
            elif kind == "b":
                said, is_content = self._check("rdb", file)
                if not is_content or RDB_IS_WHOLE not in said:
                    yield f"{name} is damaged: {_last(said)}"
            elif file.stat().st_size:
                said, is_content = self._check("aof", file)
                found = AOF_REPORT.search(said)
                size = str(file.stat().st_size)
                if not is_content or not found or found.groups() != (size, size, "0"):
                    yield f"{name} is damaged: {_last(said)}"

    def _check(self, what: str, file: Path) -> tuple[str, bool]:
        """What a checker says about one file, and its verdict; it runs as the file's owner."""
        product = self._client.server.product
        name = f"{product}-check-{what}"
        program = self._find_program(name, f"{product}-server")
        owner = file.stat()
        is_root = os.geteuid() == 0
        try:
            done = subprocess.run(
                [name, str(file)],
                executable=program,
                capture_output=True,
                text=True,
                errors="replace",
                cwd=file.parent,
                env={"LC_ALL": "C.UTF-8"},
                timeout=CHECK_SECONDS,
                user=owner.st_uid if is_root else None,
                group=owner.st_gid if is_root else None,
                extra_groups=[] if is_root else None,
                check=False,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise _cannot_run(f"{name} does not run: {error}") from None
        return done.stdout + done.stderr, done.returncode == 0

    def _find_program(self, checker: str, server: str) -> Path:
        """The checker beside the server, else the server itself.

        Fetched programs are started by scripts, which do not pass on the name they are given.
        """
        programs = self._client.target.programs
        paths = [programs.folder / name for name in (checker, server)] if programs else []
        for path in paths:
            if os.access(path, os.X_OK):
                return path
        raise _cannot_run(f"there is no {server} on this machine")


def _last(said: str) -> str:
    return " ".join(said[-LAST_CHARACTERS:].split())


def _cannot_run(reason: str) -> RefusedError:
    return RefusedError(
        "SW-DRILL-010",
        attempted="run the engine's own check",
        happened=f"{reason}.",
        hint="It needs the engine's programs, and a sandbox on this machine.",
    )
