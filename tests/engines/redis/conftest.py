"""Sources for the family's own tests: one server per set of programs and run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.redis.lab import Kind, Lab, find_kinds
from servers.real import temporary_home

FIRST_STREAMED = (7, 0)


STREAMED, UNSTREAMED = "streamed", "unstreamed"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run over every set of programs here, or over those that the test's marker is about."""
    if "lab" in metafunc.fixturenames:
        wanted = {
            name for name in (STREAMED, UNSTREAMED) if metafunc.definition.get_closest_marker(name)
        }
        kinds = [kind for kind in find_kinds().values() if not wanted or _marker(kind) in wanted]
        metafunc.parametrize("lab", kinds, ids=lambda kind: kind.name, indirect=True)


def _marker(kind: Kind) -> str:
    return STREAMED if kind.release >= FIRST_STREAMED else UNSTREAMED


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
    """An empty source."""
    return _open(request.param, labs, labs_home)
