"""`collections`: what a store is made of."""

from __future__ import annotations

from typing import Any

from seawall.capabilities import COLLECTIONS
from seawall.capability import Engine
from seawall.model.target import Target
from servers.seed import Seed

COLUMN = COLLECTIONS


def test_a_new_store_is_empty(engine: Engine[Any], client: Any) -> None:
    assert engine.require(COLLECTIONS, client).is_empty()


def test_a_filled_store_lists_its_collections_with_their_fields(
    engine: Engine[Any], client: Any, target: Target, seed: Seed
) -> None:
    seed.fill(target, 10)
    collections = engine.require(COLLECTIONS, client)
    assert not collections.is_empty()
    listed = {each.name: each for each in collections.list()}
    assert list(listed) == sorted(listed)
    assert "id" in listed[seed.collection].fields
