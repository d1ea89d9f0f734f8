"""Every verb keeps the promises that all verbs make; a new verb cannot leave one out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import jsonschema_rs
import pytest

from seawall.error_codes import ERROR_CODES
from seawall.interfaces.cli import pages
from seawall.interfaces.cli.app import GROUP, load_verb, read_help
from seawall.interfaces.cli.envelope import schema_file, schema_id
from seawall.interfaces.cli.verbs import VERBS

ROOT = Path(__file__).parents[3]
REFERENCE = ROOT / "docs/reference/cli.md"
AGAIN = "run: make docs"


def test_top_level_help_is_what_the_verbs_say() -> None:
    assert read_help() == pages.make_help(), AGAIN
    assert max(map(len, read_help().splitlines())) <= 80


def test_the_reference_is_current() -> None:
    assert REFERENCE.read_text() == pages.make_reference(), AGAIN


def test_the_published_schemas_are_current() -> None:
    published = {path.name: path.read_text() for path in pages.SCHEMAS.glob("*.json")}
    assert published == pages.make_schemas(), AGAIN


def test_the_table_and_the_modules_name_the_same_verbs() -> None:
    modules = {path.stem for path in (pages.HERE / "verbs").glob("*.py")} - {"__init__"}
    assert modules == {name.replace(" ", "_") for name in VERBS}
    assert [load_verb(name).name for name in VERBS] == list(VERBS)


@pytest.mark.parametrize("name", VERBS)
def test_a_verbs_help_has_its_summary_and_examples_that_can_be_parsed(name: str) -> None:
    verb = load_verb(name)
    _, summary = VERBS[name]
    assert (verb.help or "").split("\n\n")[0] == summary
    assert verb.examples
    for example in verb.examples:
        assert f"seawall {name}" in example
        words = example.rpartition(f"seawall {name}")[2].strip('")').split()
        verb.make_context(name, words)


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_has_the_shared_options_and_explains_its_own(name: str) -> None:
    options = {
        option: parameter
        for parameter in load_verb(name).params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
    }
    assert {"-f", "--file", "-o", "--output", "--no-input"} <= set(options)
    assert all((option.help or "").endswith(".") for option in options.values())


@pytest.mark.parametrize("name", VERBS)
def test_the_reference_mentions_every_option_of_a_verb(name: str) -> None:
    section = REFERENCE.read_text().partition(f"## `seawall {name}`\n")[2].partition("\n## ")[0]
    for option in pages.own_options(load_verb(name)):
        assert all(f"`{each}" in section or f", {each}" in section for each in option.opts)
    assert all(example in section for example in load_verb(name).examples)


@pytest.mark.parametrize("name", [*VERBS, "error"])
def test_a_published_schema_is_valid_and_describes_each_field(name: str) -> None:
    schema = json.loads((pages.SCHEMAS / schema_file(name)).read_text())
    jsonschema_rs.meta.validate(schema)
    assert schema["properties"]["schema"] == {"const": schema_id(name)}
    for shape, definition in schema["$defs"].items():
        for field, description in _descriptions(definition).items():
            assert description, f"{shape}.{field}"


def test_no_option_comes_before_the_verb() -> None:
    assert GROUP.params == []


def test_every_code_of_this_room_is_listed() -> None:
    codes = {code for code in ERROR_CODES if code.startswith("SW-CLI-")}
    assert len(codes) >= 10


def _descriptions(definition: dict[str, Any]) -> dict[str, str]:
    properties = definition.get("properties", {})
    return {name: each.get("description", "") for name, each in properties.items()}
