"""The command in a home of its own."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from interfaces.cli.command import FAKE_COMMAND, Command, bare_environment
from servers.real import temporary_home


@pytest.fixture
def seawall() -> Generator[Command]:
    """The command, in an empty folder that servers' users can enter."""
    with temporary_home() as home:
        yield make_command(home)


@pytest.fixture
def fake(seawall: Command) -> Command:
    """The command with one more verb that does what a test wants."""
    return seawall.using(*FAKE_COMMAND)


def make_command(home: Path) -> Command:
    folder = home / "app"
    folder.mkdir(mode=0o755)
    return Command(folder, bare_environment(home))
