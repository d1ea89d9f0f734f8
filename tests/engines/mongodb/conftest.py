"""Two servers for all of this engine's own tests of a run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engines.mongodb.lab import Lab
from servers.real import missing_engines, temporary_home


@pytest.fixture(scope="session")
def shared_lab() -> Iterator[Lab]:
    if "mongodb" in missing_engines():
        pytest.skip(f"no programs: {missing_engines()['mongodb']}")
    with temporary_home() as home:
        lab = Lab(home)
        yield lab
        lab.close()


@pytest.fixture
def lab(shared_lab: Lab) -> Lab:
    """An empty source."""
    shared_lab.clear()
    return shared_lab
