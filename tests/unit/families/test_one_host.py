"""A store of one server is asked at one address."""

from __future__ import annotations

import pytest

from seawall import registry
from seawall.capabilities import SHELL
from seawall.errors import UsageError
from seawall.model.location import Location
from seawall.model.target import Target


@pytest.mark.parametrize("name", ["postgres", "redis", "valkey", "mariadb", "mysql"])
def test_several_hosts_are_refused_before_any_is_asked(name: str) -> None:
    url = f"{name}://me:canary@one.invalid:1,two.invalid:2/shop"
    with pytest.raises(UsageError) as caught:
        registry.load(name).connect(Target("main", Location.parse(url)))
    assert caught.value.code == "SW-CONNECT-003"
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("name", ["postgres", "redis", "valkey", "mariadb", "mysql"])
def test_a_shell_does_not_choose_among_several_hosts(name: str) -> None:
    url = f"{name}://me:canary@one.invalid:1,two.invalid:2/shop"
    with pytest.raises(UsageError) as caught:
        registry.load(name).standalone(SHELL).command(Target("main", Location.parse(url)))
    assert caught.value.code == "SW-CONNECT-003"
