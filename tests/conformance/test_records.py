"""`records`: the values that links compare."""

from __future__ import annotations

from typing import Any

import pytest

from seawall.capabilities import RECORDS
from seawall.capability import Engine
from seawall.errors import UsageError
from seawall.model.target import Target
from servers.seed import Seed

COLUMN = RECORDS


def test_every_record_is_counted_once_under_its_values(
    engine: Engine[Any], client: Any, target: Target, seed: Seed
) -> None:
    seed.fill(target, 1000)
    counts: dict[tuple[str | None, ...], int] = {}
    for key in engine.require(RECORDS, client).read_keys(seed.collection, ("id",)):
        counts[key.values] = counts.get(key.values, 0) + key.records
    assert counts == {(str(number),): 1 for number in range(1, 1001)}


@pytest.mark.parametrize(("collection", "field"), [("nowhere", "id"), ("", "id")])
def test_an_unknown_collection_is_refused_by_name(
    engine: Engine[Any], client: Any, target: Target, seed: Seed, collection: str, field: str
) -> None:
    seed.fill(target, 1)
    with pytest.raises(UsageError) as caught:
        list(engine.require(RECORDS, client).read_keys(collection, (field,)))
    assert caught.value.code == "SW-LINK-001"


def test_an_unknown_field_is_refused_by_name(
    engine: Engine[Any], client: Any, target: Target, seed: Seed
) -> None:
    seed.fill(target, 1)
    with pytest.raises(UsageError) as caught:
        list(engine.require(RECORDS, client).read_keys(seed.collection, ("no such'; drop",)))
    assert caught.value.code == "SW-LINK-001"
