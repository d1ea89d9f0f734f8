"""Sources for the family's own tests: one server per set of programs and run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.redis.lab import Kind, Lab, find_kinds
from servers.real import temporary_home

OLDEST_WITH_BACKUP = (7, 0)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run over every set of programs here; `modern` leaves out those without backup."""
    kinds = find_kinds().values()
    if "any_lab" in metafunc.fixturenames:
        metafunc.parametrize("any_lab", kinds, ids=lambda kind: kind.name, indirect=True)
    if "lab" in metafunc.fixturenames:
        modern = [kind for kind in kinds if kind.release >= OLDEST_WITH_BACKUP]
        metafunc.parametrize("lab", modern, ids=lambda kind: kind.name, indirect=True)


@pytest.fixture(scope="session")
def labs() -> Iterator[dict[str, Lab]]:
    """Sources by name, started when first asked for."""
    started: dict[str, Lab] = {}
    yield started
    for each in started.values():
        each.close()


@pytest.fixture(scope="session")
def labs_home() -> Iterator[Path]:
    with temporary_home() as home:
        yield home


def _open(kind: Kind, labs: dict[str, Lab], home: Path) -> Lab:
    if kind.name not in labs:
        labs[kind.name] = Lab(kind, home)
    labs[kind.name].clear()
    return labs[kind.name]


@pytest.fixture
def lab(request: pytest.FixtureRequest, labs: dict[str, Lab], labs_home: Path) -> Lab:
    """An empty source that can be backed up."""
    return _open(request.param, labs, labs_home)


@pytest.fixture
def any_lab(request: pytest.FixtureRequest, labs: dict[str, Lab], labs_home: Path) -> Lab:
    """An empty source of any supported version."""
    return _open(request.param, labs, labs_home)
