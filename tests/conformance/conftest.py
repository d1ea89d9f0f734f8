"""The matrix picks the engines: a module names its column, every engine that offers it is run."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from seawall import registry
from seawall.capabilities import TRANSFER
from seawall.capability import Engine
from seawall.model.target import Target
from seawall.servers.sandboxes import Sandboxes
from servers.real import RealServers, missing_engines
from servers.seed import Seed


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a module over every engine whose row offers the column the module names."""
    if "engine_name" not in metafunc.fixturenames:
        return
    column = metafunc.module.COLUMN
    names = [name for name in registry.names() if registry.load(name).conforms(column)]
    parameters = [
        pytest.param(
            name,
            marks=[pytest.mark.skip(reason=f"no programs: {missing_engines()[name]}")]
            if name in missing_engines()
            else [],
        )
        for name in names
    ]
    metafunc.parametrize("engine_name", parameters)


@pytest.fixture
def engine(engine_name: str) -> Engine[Any]:
    """The row under test."""
    return registry.load(engine_name)


@pytest.fixture
def seed(engine_name: str) -> Seed:
    """How to fill a store of this engine with records that it finds hard."""
    folder, _ = registry.ENGINES[engine_name]
    module = importlib.import_module(f"engines.{folder}.seed")
    made: Seed = module.SEED
    return made


@pytest.fixture
def target(engine_name: str, engine: Engine[Any], seed: Seed, real_servers: RealServers) -> Target:
    """An empty store on the engine's real server."""
    found = real_servers.target(engine_name, seed.patterns)
    client = engine.connect(found)
    try:
        engine.require(TRANSFER, client).clear()
    finally:
        client.close()
    return found


@pytest.fixture
def client(engine: Engine[Any], target: Target) -> Iterator[Any]:
    """A client of the empty store."""
    opened = engine.connect(target)
    yield opened
    opened.close()


@pytest.fixture
def sandboxes(engine: Engine[Any], target: Target, real_servers: RealServers) -> Sandboxes:
    """Opens sandboxes of the engine on the programs under test."""
    assert target.programs
    return Sandboxes(engine, target.store, target.patterns, real_servers.home, target.programs)
