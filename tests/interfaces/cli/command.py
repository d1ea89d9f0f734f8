"""Runs the real command in its own process, in a home of its own."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import termios
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

SECONDS = 120
FAKE = Path(__file__).with_name("fake_verb.py")
COMMAND = (sys.executable, "-m", "seawall")
# The same command line with one more verb, `fake`, which does what its argument says.
FAKE_COMMAND = (sys.executable, str(FAKE))


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Command:
    """A folder to run in, and the environment of somebody who has nothing set."""

    folder: Path
    environ: dict[str, str]
    argv: tuple[str, ...] = COMMAND
    variables: dict[str, str] = field(default_factory=dict)

    def using(self, *argv: str, **variables: str) -> Command:
        """The same with another program or more variables."""
        return replace(self, argv=argv or self.argv, variables={**self.variables, **variables})

    def run(self, *arguments: str, stdin: str | None = None, seconds: float = SECONDS) -> Done:
        """Run it to its end without a terminal."""
        done = subprocess.run(
            [*self.argv, *arguments],
            cwd=self.folder,
            env={**self.environ, **self.variables},
            input=stdin or "",
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def start(self, *arguments: str, **options: Any) -> Generator[subprocess.Popen[str]]:
        """Start it with pipes."""
        with subprocess.Popen(
            [*self.argv, *arguments],
            cwd=self.folder,
            env={**self.environ, **self.variables},
            text=True,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    @contextmanager
    def on_terminal(self, *arguments: str) -> Generator[Terminal]:
        """Start it on a terminal of its own."""
        leader, follower = pty.openpty()
        termios.tcsetwinsize(follower, (40, 200))
        process = subprocess.Popen(
            [*self.argv, *arguments],
            cwd=self.folder,
            env={**self.environ, "TERM": "xterm-256color", **self.variables},
            stdin=follower,
            stdout=follower,
            stderr=follower,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509 - no threads here
        )
        os.close(follower)
        try:
            yield Terminal(leader, process)
        finally:
            process.kill()
            process.wait()
            os.close(leader)


class Terminal:
    """The other side of a pseudo terminal."""

    def __init__(self, leader: int, process: subprocess.Popen[bytes]) -> None:
        self._leader = leader
        self.process = process
        self.seen = ""

    def wait_for(self, text: str) -> None:
        """Read until a text has appeared."""
        while text not in self.seen:
            assert self._read(), f"{text!r} never came: {self.seen!r}"

    def type(self, text: str) -> None:
        """Type on the keyboard."""
        os.write(self._leader, text.encode())

    def end(self) -> int:
        """Read the rest; the exit code."""
        while self._read():
            pass
        return self.process.wait(SECONDS)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._leader], [], [], SECONDS)
        assert ready, f"nothing came any more: {self.seen!r}"
        try:
            part = os.read(self._leader, 65536)
        except OSError:  # the process has closed its side
            return False
        self.seen += part.decode(errors="replace")
        return bool(part)


def _take_terminal() -> None:
    import fcntl  # noqa: PLC0415 - in the child

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def bare_environment(home: Path) -> dict[str, str]:
    """What the command needs, and nothing of the caller's."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "SEAWALL_PROVIDER", "PYTHONPATH")
        if name in os.environ
    }
    return {
        **kept,
        "HOME": str(home),
        "SEAWALL_HOME": str(home / "shared"),
        "LC_ALL": "C.UTF-8",
        "PYTHONWARNINGS": "error",
    }
