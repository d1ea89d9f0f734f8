"""The demo goes without what cannot be had, and says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from seawall import registry
from seawall.datafile import load
from seawall.model.tier import Tier
from seawall.operations.demo import find_left_out, without
from seawall.operations.init import find_example
from servers.real import missing_engines, surroundings


@pytest.fixture
def tier() -> Tier:
    return load(find_example("flights") / "seawall.yaml", registry.names())


def test_without_programs_a_store_is_left_out_with_the_command_that_brings_them(
    tier: Tier, tmp_path: Path
) -> None:
    left_out = find_left_out(tier, replace(surroundings(), provider=str(tmp_path)))
    assert [(each.store, each.engine, each.links) for each in left_out] == [
        ("weather", "mariadb", 2),
        ("reference", "mongodb", 3),
    ]
    for each in left_out:
        assert f"`seawall engines install {each.engine}`" in each.sentence


def test_what_is_left_out_takes_its_links_with_it(tier: Tier, tmp_path: Path) -> None:
    left_out = find_left_out(tier, replace(surroundings(), provider=str(tmp_path)))
    rest = without(tier, left_out)
    assert [store.name for store in rest.stores] == ["flights", "live"]
    assert [link.name for link in rest.links] == [tier.links[3].name, tier.links[5].name]
    assert without(tier, ()) == tier


def test_what_is_here_is_not_left_out(tier: Tier) -> None:
    left_out = find_left_out(tier, surroundings())
    assert {each.engine for each in left_out} == missing_engines().keys() & {"mariadb", "mongodb"}
