"""MariaDB's own fixtures: a server of each test module, and sandboxes on its programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.mariadb.harness import clear
from seawall.engines.mariadb import ENGINE
from seawall.model.target import Target
from seawall.servers.local import LocalServer
from seawall.servers.sandboxes import Sandboxes
from servers.real import RealServers, missing_engines


@pytest.fixture(scope="session")
def server(real_servers: RealServers) -> LocalServer:
    """The run's one server of the engine."""
    if "mariadb" in missing_engines():
        pytest.skip(f"no programs: {missing_engines()['mariadb']}")
    return real_servers.server("mariadb")


@pytest.fixture(scope="session")
def home(real_servers: RealServers) -> Path:
    return real_servers.home


@pytest.fixture
def target(server: LocalServer) -> Target:
    """The store, emptied."""
    found = server.up()
    clear(found)
    return found


@pytest.fixture
def sandboxes(home: Path, target: Target) -> Sandboxes:
    assert target.programs
    return Sandboxes(ENGINE, "app", (), home, target.programs)
