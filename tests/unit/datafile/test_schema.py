"""The schema serves editors and the reference page, and says no more than the loader accepts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import jsonschema_rs
import pytest

from seawall import registry
from seawall.datafile import editor_schema, modeline, schema_reference

SHIPPED: dict[str, Any] = json.loads(
    files("seawall.datafile").joinpath("schema.json").read_text("utf-8")
)


def _parts(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield part
    for key in ("properties", "definitions"):
        for below in part.get(key, {}).values():
            yield from _parts(below)
    for key in ("items", "additionalProperties"):
        if isinstance(part.get(key), dict):
            yield from _parts(part[key])


def test_the_shipped_schema_is_draft_07() -> None:
    assert SHIPPED["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema_rs.meta.validate(SHIPPED)


def test_every_key_is_described() -> None:
    for part in _parts(SHIPPED):
        for key, value in part.get("properties", {}).items():
            assert value.get("description", "").endswith((".", "`.")), key


def test_a_described_key_is_not_described_again_behind_its_reference() -> None:
    # Editors let the referenced description win over the key's own.
    for part in _parts(SHIPPED):
        if "$ref" in part and "description" in part:
            definition = SHIPPED["definitions"][part["$ref"].removeprefix("#/definitions/")]
            assert "description" not in definition


def test_a_mapping_of_known_keys_allows_no_others() -> None:
    for part in _parts(SHIPPED):
        if "properties" in part:
            assert part["additionalProperties"] is False


def test_what_a_message_needs_is_in_every_part() -> None:
    for part in _parts(SHIPPED):
        if "type" in part:
            assert part["title"], part
            assert part["examples"], part


def test_no_engine_is_listed_in_the_shipped_schema() -> None:
    assert "enum" not in SHIPPED["definitions"]["store"]["properties"]["engine"]


def test_the_editors_schema_is_the_shipped_one_with_the_engines() -> None:
    schema = json.loads(editor_schema(("postgres", "redis")))
    assert schema["definitions"]["store"]["properties"]["engine"].pop("enum") == [
        "postgres",
        "redis",
    ]
    assert schema == SHIPPED


@pytest.mark.parametrize("part", [part for part in _parts(SHIPPED) if "examples" in part])
def test_an_example_of_the_schema_is_legal_unless_it_stands_for_a_key(part: dict[str, Any]) -> None:
    validator = jsonschema_rs.validator_for({**part, "definitions": SHIPPED["definitions"]})
    for value in part["examples"]:
        assert "age1..." in json.dumps(value) or validator.is_valid(value)


def test_the_modeline_names_the_schema() -> None:
    assert (
        modeline(".seawall/schema.json") == "# yaml-language-server: $schema=.seawall/schema.json"
    )


def test_the_reference_page_has_every_key_and_engine() -> None:
    page = schema_reference(registry.names())
    for part in _parts(SHIPPED):
        for key in part.get("properties", {}):
            assert f"\n| `{key}` |" in page
    for name in registry.names():
        assert f"`{name}`" in page
    assert "None" not in page
