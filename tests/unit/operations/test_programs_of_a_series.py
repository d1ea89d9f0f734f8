"""Which of several sets of programs a server's copies run on."""

from __future__ import annotations

from pathlib import Path

import pytest

from seawall import registry
from seawall.model.surroundings import Surroundings
from seawall.model.target import Programs
from seawall.operations import workplace
from seawall.operations.workplace import choose_programs


@pytest.mark.parametrize(
    ("engine", "server", "here", "chosen"),
    [
        ("mariadb", "10.6.20", ("10.11.19", "10.6.5"), "10.6.5"),
        ("mariadb", "10.6.20", ("10.11.19", "11.4.5"), "10.11.19"),
        ("mariadb", "11.4.2", ("11.8.1", "11.4.5"), "11.4.5"),
        ("postgres", "17.2", ("18.6", "17.11"), "17.11"),
        ("redis", "7.2.4", ("8.0.1", "7.0.15"), "7.0.15"),
    ],
)
def test_programs_of_the_servers_series_come_first(
    monkeypatch: pytest.MonkeyPatch, engine: str, server: str, here: tuple[str, ...], chosen: str
) -> None:
    found = [Programs(Path("/", version), version, "system") for version in here]
    monkeypatch.setattr(workplace, "list_programs", lambda *_: iter(found))
    surroundings = Surroundings("", Path("/"), Path("/"), Path("/"))
    best = choose_programs(registry.load(engine), server, surroundings)
    assert best
    assert best.version == chosen
    assert best.folder not in best.tools
