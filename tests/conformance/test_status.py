"""`status`: one look at a running server."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from seawall.capabilities import STATUS
from seawall.capability import Engine
from seawall.errors import UnreachableError
from seawall.model.secret import Secret
from seawall.model.target import Target
from seawall.servers.ports import choose_port

COLUMN = STATUS


def test_vitals_are_plausible(engine: Engine[Any], client: Any) -> None:
    vitals = engine.require(STATUS, client).read()
    assert float(vitals.version.split(".", maxsplit=1)[0]) >= int(engine.server_versions[0])
    assert vitals.product
    assert vitals.uptime_seconds >= 0
    assert 1 <= vitals.connections <= vitals.connections_max
    assert vitals.role == "primary"


def test_a_wrong_password_is_a_refused_login_and_is_not_shown(
    engine: Engine[Any], target: Target
) -> None:
    location = target.location.with_login(target.location.user, Secret("canary-wrong"))
    with pytest.raises(UnreachableError) as caught:
        _read(engine, replace(target, location=location))
    assert caught.value.code == "SW-CONNECT-002"
    assert "canary" not in str(caught.value)


def test_a_server_that_is_not_there_is_unreachable(engine: Engine[Any], target: Target) -> None:
    location = replace(target.location, port=choose_port())
    with pytest.raises(UnreachableError) as caught:
        _read(engine, replace(target, location=location))
    assert caught.value.code == "SW-CONNECT-001"
    assert target.location.password.reveal() not in str(caught.value)


def _read(engine: Engine[Any], target: Target) -> None:
    client = engine.connect(target)
    try:
        engine.require(STATUS, client).read()
    finally:
        client.close()
