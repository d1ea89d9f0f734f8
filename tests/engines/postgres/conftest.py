"""PostgreSQL's own fixtures: a server of each test module, and sandboxes on its programs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.postgres.harness import run_sql
from seawall.engines.postgres import ENGINE
from seawall.model.target import Target
from seawall.servers.local import LocalServer
from seawall.servers.sandboxes import Sandboxes
from servers.real import missing_engines, surroundings, temporary_home


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    if "postgres" in missing_engines():
        pytest.skip(f"no programs: {missing_engines()['postgres']}")
    with temporary_home() as folder:
        yield folder


@pytest.fixture(scope="module")
def server(home: Path) -> LocalServer:
    """A server that allows two-phase commits."""
    local = LocalServer(ENGINE, "app", home, surroundings())
    run_sql(local.up(), "ALTER SYSTEM SET max_prepared_transactions = 50")
    local.stop()
    local.up()
    return local


@pytest.fixture(scope="module")
def target(server: LocalServer) -> Target:
    found = server.target()
    assert found
    return found


@pytest.fixture(scope="module")
def sandboxes(home: Path, target: Target) -> Sandboxes:
    assert target.programs
    return Sandboxes(ENGINE, "app", (), home, target.programs)
