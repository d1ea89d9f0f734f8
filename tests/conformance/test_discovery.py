"""`discovery`: servers of this machine are found where they listen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from seawall.capabilities import DISCOVERY
from seawall.capability import Engine
from seawall.errors import UnreachableError, UsageError
from seawall.model.location import Location
from seawall.model.target import Target
from seawall.operations.discover import discover

COLUMN = DISCOVERY


def test_a_running_server_is_found(engine: Engine[Any], target: Target) -> None:
    found = [each.location for each in discover()]
    assert target.location.port in {each.port for each in found}
    assert all(not each.password and each.scheme for each in found)
    assert engine.standalone(DISCOVERY).port() in range(1024, 49152)


def test_urls_are_of_the_engine_and_hold_what_they_are_made_of(engine: Engine[Any]) -> None:
    discovery = engine.standalone(DISCOVERY)
    assert Location.parse(discovery.tcp_url(4711)).port == 4711
    url = discovery.socket_url(Path("/run/a folder/s.4711"))
    assert "run/a folder" in str(Location.parse(url))


def test_a_socket_that_nobody_listens_on_is_a_clear_error(
    engine: Engine[Any], tmp_path: Path
) -> None:
    url = engine.standalone(DISCOVERY).socket_url(tmp_path / "s.4711")
    with pytest.raises((UnreachableError, UsageError)) as caught:
        engine.connect(Target("lost", Location.parse(url)))
    assert caught.value.hint
