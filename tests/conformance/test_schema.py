"""`schema`: what links can be made of, and whether values agree."""

from __future__ import annotations

from typing import Any

from seawall.capabilities import RECORDS, SCHEMA
from seawall.capability import Engine
from seawall.model.target import Target
from servers.seed import Seed

COLUMN = SCHEMA
ABSENT = ("4711", "not a number", "'; --", "99999999999999999999999999")


def test_the_schema_names_the_fields_that_links_use(
    engine: Engine[Any], client: Any, target: Target, seed: Seed
) -> None:
    seed.fill(target, 20)
    schema = engine.require(SCHEMA, client).read()
    names = [shape.collection for shape in schema.shapes]
    assert names == sorted(names)
    (shape,) = [each for each in schema.shapes if each.collection == seed.collection]
    (field,) = [each for each in shape.fields if each.name == "id"]
    assert field.identifies
    assert list(engine.require(RECORDS, client).read_keys(shape.collection, (field.name,)))


def test_a_sample_is_bounded_and_of_values_that_exist(
    engine: Engine[Any], client: Any, target: Target, seed: Seed
) -> None:
    seed.fill(target, 20)
    reader = engine.require(SCHEMA, client)
    reader.read()
    known = {str(number) for number in range(1, 21)}
    assert set(reader.sample(seed.collection, "id", 100)) == known
    few = reader.sample(seed.collection, "id", 5)
    assert len(few) == 5
    assert set(few) < known


def test_values_are_found_where_they_exist_and_nowhere_else(
    engine: Engine[Any], client: Any, target: Target, seed: Seed
) -> None:
    seed.fill(target, 20)
    reader = engine.require(SCHEMA, client)
    reader.read()
    assert reader.find(seed.collection, "id", ("1", "20", *ABSENT)) == 2
    assert reader.find(seed.collection, "id", ABSENT) == 0
    assert reader.find(seed.collection, "id", ()) == 0


def test_a_store_without_anything_has_an_empty_schema(engine: Engine[Any], client: Any) -> None:
    schema = engine.require(SCHEMA, client).read()
    assert not any(shape.fields for shape in schema.shapes if not shape.pattern)
    assert schema.references == ()
