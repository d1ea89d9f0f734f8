"""`init` broken off at any moment: what is there is whole, and the tier can be used."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from interfaces.cli.command import COMMAND, bare_environment
from scenarios.interruptions import break_off, moments, seeded
from seawall.datafile.file import load
from seawall.registry import names
from servers.real import temporary_home

EXISTS = 4


@pytest.fixture
def home() -> Iterator[Path]:
    with temporary_home() as folder:
        (folder / "app").mkdir()
        yield folder


@pytest.fixture(scope="module")
def length() -> float:
    with temporary_home() as folder:
        began = time.monotonic()
        assert init(folder).returncode == 0
        return time.monotonic() - began


def init(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "init"],
        cwd=folder,
        env=bare_environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )


def refuse_half(folder: Path) -> None:
    """The next `init` writes the file, or finds a whole one; a key is made where there is none."""
    again = init(folder)
    assert again.returncode == 0 or "SW-CLI-010" in again.stderr, again.stderr
    assert load(folder / "seawall.yaml", names()).stores
    assert {path.name for path in folder.iterdir()} <= {"seawall.yaml", ".seawall", ".config"}


@pytest.mark.parametrize("moment", list(moments(signal.SIGKILL)))
def test_kill_nine(home: Path, length: float, moment: int) -> None:
    folder = home / "app"
    after = seeded("init", moment, length)
    break_off(("init",), folder, bare_environment(folder), signal.SIGKILL, after)
    refuse_half(folder)


@pytest.mark.parametrize("moment", list(moments(signal.SIGINT)))
def test_ctrl_c(home: Path, length: float, moment: int) -> None:
    folder = home / "app"
    after = seeded("init", moment, length)
    ended = break_off(("init",), folder, bare_environment(folder), signal.SIGINT, after)
    assert ended.code in {0, 128 + signal.SIGINT, -signal.SIGINT}, ended.err
    assert "Traceback" not in ended.err
    assert (folder / "seawall.yaml").exists() == (init(folder).returncode == EXISTS)
    refuse_half(folder)
