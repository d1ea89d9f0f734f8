"""PostgreSQL's own client programs, streamed: the password travels in their environment only."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from seawall.engines.postgres.failures import connect_failure, differs, is_lost_connection
from seawall.engines.postgres.login import program_environment
from seawall.errors import RefusedError, SeawallError
from seawall.model.target import Target

CHUNK_BYTES: Final = 2**20
LAST_LINES: Final = 8
LAST_BYTES: Final = 20_000
STOP_SECONDS: Final = 10
# The home is where a user keeps certificates and passwords for PostgreSQL.
_ENVIRONMENT: Final = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(Path.home())}


@contextmanager
def read_program(
    target: Target, folder: Path, name: str, *arguments: str, database: str = ""
) -> Generator[Iterator[bytes]]:
    """Run a program with the target's login and stream what it writes; it ends with the context.

    Args:
        target: Whose login and programs.
        folder: Where it works; private, so that whatever is left there goes with it.
        name: The program.
        arguments: Its arguments; no secret among them.
        database: Another database than the target's.

    Raises:
        SeawallError: SW-POSTGRES-003 when it fails; the text has its last lines.
    """
    environment = _ENVIRONMENT | program_environment(target, database)
    with _running(target, folder, name, arguments, environment) as (process, refuse):
        yield _chunks(process, refuse)


@contextmanager
def read_offline_program(
    target: Target, folder: Path, name: str, *arguments: str
) -> Generator[Iterator[bytes]]:
    """The same for a program that needs no server: it is given no login."""
    with _running(target, folder, name, arguments, _ENVIRONMENT) as (process, refuse):
        yield _chunks(process, refuse)


def feed_program(
    target: Target,
    folder: Path,
    name: str,
    *arguments: str,
    chunks: Iterable[bytes] = (),
    database: str = "",
) -> bytes:
    """Run a program with the target's login and give it input; what it writes (a little).

    Raises:
        SeawallError: SW-POSTGRES-003 when it fails.
    """
    environment = _ENVIRONMENT | program_environment(target, database)
    with _running(target, folder, name, arguments, environment) as (process, _):
        try:
            for chunk in chunks:
                _pipe(process.stdin).write(chunk)
            _pipe(process.stdin).close()
        except BrokenPipeError:
            pass  # It has ended; its own last lines say why.
        return _pipe(process.stdout).read()


@dataclass(frozen=True)
class Ended:
    """How a program ended that may find something.

    Attributes:
        code: Its exit code.
        output: All it wrote.
        said: The last lines of its messages.
    """

    code: int
    output: str
    said: str


def run_to_end(target: Target, folder: Path, name: str, *arguments: str) -> Ended:
    """Run a program with the target's login whose failure is an answer."""
    path = program_path(target, name)
    return _run(path, folder, arguments, _ENVIRONMENT | program_environment(target))


def run_alone(path: Path, folder: Path, *arguments: str) -> Ended:
    """Run a program that needs no server."""
    return _run(path, folder, arguments, _ENVIRONMENT)


def _run(
    path: Path, folder: Path, arguments: tuple[str, ...], environment: dict[str, str]
) -> Ended:
    result = subprocess.run(
        [path, *arguments], cwd=folder, capture_output=True, check=False, env=environment
    )
    output = result.stdout.decode(errors="replace")
    return Ended(result.returncode, output, _last_lines(result.stderr[-LAST_BYTES:]))


def program_path(target: Target, name: str) -> Path:
    """The path of a program of the target.

    Raises:
        RefusedError: SW-POSTGRES-004 when it is not on this machine.
    """
    path = target.programs.program(name) if target.programs else None
    if path is None or not os.access(path, os.X_OK):
        raise RefusedError(
            "SW-POSTGRES-004",
            attempted=f"run {name} for store `{target.store}`",
            happened="PostgreSQL's client programs are not on this machine.",
            hint="Run `pip install 'seawall[local]'`, or install the distribution's"
            " postgresql-client.",
        )
    return path


@contextmanager
def _running(
    target: Target,
    folder: Path,
    name: str,
    arguments: tuple[str, ...],
    environment: dict[str, str],
) -> Generator[tuple[subprocess.Popen[bytes], Callable[[], None]]]:
    """A program that is ended whatever happens, and whose failure is an error."""
    path = program_path(target, name)
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            [path, *arguments],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            env=environment,
        ) as process,
    ):

        def refuse_failed() -> None:
            if process.wait():
                raise _failure(target, name, process.returncode, said)

        try:
            yield process, refuse_failed
        except BaseException:
            _end(process)
            raise
        for pipe in (process.stdin, process.stdout):
            _pipe(pipe).close()
        refuse_failed()


def _chunks(process: subprocess.Popen[bytes], refuse_failed: Callable[[], None]) -> Iterator[bytes]:
    """What a program writes. Its failure is raised to the reader, who then discards what it has."""
    while chunk := _pipe(process.stdout).read(CHUNK_BYTES):
        yield chunk
    refuse_failed()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _failure(target: Target, name: str, code: int, said: IO[bytes]) -> SeawallError:
    said.seek(max(0, said.seek(0, os.SEEK_END) - LAST_BYTES))
    last = _last_lines(said.read())
    attempted = f"run {name} for store `{target.store}`"
    if "is not available" in last and "extension" in last:
        return differs(attempted, f"{last}.")
    if is_lost_connection(last):
        return connect_failure(target, last)
    return SeawallError(
        "SW-POSTGRES-003",
        attempted=attempted,
        happened=f"it ended with {code}: {last or '(no message)'}",
        hint="The lines above are the program's own.",
    )


def _last_lines(said: bytes) -> str:
    lines = [line.strip() for line in said.decode(errors="replace").splitlines()]
    return " | ".join([line for line in lines if line][-LAST_LINES:])


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101 - all three are opened above
    return pipe
