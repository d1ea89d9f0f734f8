"""MariaDB's own programs, streamed: the password travels in a private file only."""

from __future__ import annotations

import fcntl
import os
import secrets
import subprocess
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from seawall.engines.mariadb.login import option_file
from seawall.engines.mariadb.programs import program_of
from seawall.errors import RefusedError, SeawallError
from seawall.model.place import OsUser
from seawall.model.target import Programs, Target

CHUNK_BYTES: Final = 2**20
PIPE_BYTES: Final = 2**18
LAST_LINES: Final = 8
LAST_BYTES: Final = 20_000
STOP_SECONDS: Final = 10
NO_OPTIONS: Final = "--no-defaults"
# What a client that loads a script is told; the script may hold any bytes.
LOAD: Final = ("--batch", "--binary-mode", "--max-allowed-packet=1G")


@dataclass(frozen=True)
class Workshop:
    """Where programs run, and as whom.

    Attributes:
        store: For errors.
        programs: The programs.
        folder: Where they work; private, so that whatever is left there goes with it.
        os_user: Whom they run as; None means the current user.
    """

    store: str
    programs: Programs | None
    folder: Path
    os_user: OsUser | None = None

    def path(self, name: str) -> Path:
        """The path of a program; never another version's, which would read the files wrongly.

        Raises:
            RefusedError: SW-MARIADB-004 when it is not on this machine.
        """
        path = program_of(self.programs, name) if self.programs else None
        if path is None or not os.access(path, os.X_OK):
            raise RefusedError(
                "SW-MARIADB-004",
                attempted=f"run {name} for store `{self.store}`",
                happened="it is not on this machine.",
                hint="Run `seawall engines install mariadb`, or install the distribution's"
                " mariadb-server, mariadb-client and mariadb-backup.",
            )
        return path

    @contextmanager
    def option_file(self, target: Target) -> Generator[str]:
        """The argument that gives a program a login; its file is gone at the end."""
        path = self.folder / f"login-{secrets.token_hex(4)}.cnf"
        try:
            self.write_private(path, option_file(target))
            yield f"--defaults-file={path}"
        finally:
            path.unlink(missing_ok=True)

    def write_private(self, path: Path, content: str) -> None:
        """Write a file that only the programs' user can read."""
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(content)
        if self.os_user:
            os.chown(path, self.os_user.uid, self.os_user.gid)

    @contextmanager
    def read(self, name: str, *arguments: str) -> Generator[Iterator[bytes]]:
        """Run a program and stream what it writes; it ends with the context.

        Raises:
            SeawallError: SW-MARIADB-003 when it fails; the text has its last lines.
        """
        with self._running(name, arguments) as (process, refuse_failed):
            yield _chunks(process, refuse_failed)

    def feed(self, name: str, *arguments: str, chunks: Iterable[bytes] = ()) -> bytes:
        """Run a program and give it input; what it writes (a little).

        Raises:
            SeawallError: SW-MARIADB-003 when it fails.
        """
        with self._running(name, arguments) as (process, _):
            try:
                for chunk in chunks:
                    _pipe(process.stdin).write(chunk)
                _pipe(process.stdin).close()
            except BrokenPipeError:
                pass  # It has ended; its own last lines say why.
            return _pipe(process.stdout).read()

    @contextmanager
    def _running(
        self, name: str, arguments: tuple[str, ...]
    ) -> Generator[tuple[subprocess.Popen[bytes], Callable[[], None]]]:
        """A program that is ended whatever happens, and whose failure is an error."""
        path = self.path(name)
        with (
            tempfile.TemporaryFile() as said,
            subprocess.Popen(
                [path, *arguments],
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                env=environment(self.folder),
                umask=0o077,
                user=self.os_user.uid if self.os_user else None,
                group=self.os_user.gid if self.os_user else None,
                extra_groups=[] if self.os_user else None,
            ) as process,
        ):
            for pipe in (process.stdin, process.stdout):
                _widen(_pipe(pipe))

            def refuse_failed() -> None:
                if process.wait():
                    raise _failure(self.store, name, process.returncode, said)

            try:
                yield process, refuse_failed
            except BaseException:
                end(process)
                raise
            for pipe in (process.stdin, process.stdout):
                _pipe(pipe).close()
            refuse_failed()


def environment(folder: Path) -> dict[str, str]:
    """What programs are told: nothing of the caller's variables, secrets are among them."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "TMPDIR": str(folder)}


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a program to end; kill it when it does not."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def last_lines(said: bytes) -> str:
    """The end of what a program said, in one line."""
    lines = [line.strip() for line in said.decode(errors="replace").splitlines()]
    return " | ".join([line for line in lines if line][-LAST_LINES:])


def _chunks(process: subprocess.Popen[bytes], refuse_failed: Callable[[], None]) -> Iterator[bytes]:
    """What a program writes. Its failure is raised to the reader, who then discards what it has."""
    while chunk := _pipe(process.stdout).read(CHUNK_BYTES):
        yield chunk
    refuse_failed()


def _widen(pipe: IO[bytes]) -> None:
    """Let a program write more before it has to wait for us: a sixth less work for a base.

    The system's own size is 64 KiB. A user who has many wide pipes already is refused, and keeps
    narrow ones. What is fed to `mbstream` takes a tenth less time than through a narrow pipe, and
    came four times slower through one of 1 MiB.
    """
    with suppress(OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def _failure(store: str, name: str, code: int, said: IO[bytes]) -> SeawallError:
    said.seek(max(0, said.seek(0, os.SEEK_END) - LAST_BYTES))
    last = last_lines(said.read())
    return SeawallError(
        "SW-MARIADB-003",
        attempted=f"run {name} for store `{store}`",
        happened=f"it ended with {code}: {last or '(no message)'}",
        hint="The lines above are the program's own.",
    )


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101 - all three are opened above
    return pipe
