"""The envelope every machine-readable answer comes in, and its published JSON Schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypeAlias, cast

import msgspec

Json: TypeAlias = dict[str, Any]


class Form(Enum):
    """How an answer is written."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    YAML = "yaml"


def schema_id(name: str) -> str:
    """The version that an answer's first field names."""
    return f"seawall/{name.replace(' ', '-')}/v1"


def schema_file(name: str) -> str:
    """The file of a verb's schema."""
    return f"{name.replace(' ', '-')}.v1.json"


def wrap(name: str, data: object) -> Json:
    """Put an answer into its envelope."""
    return {
        "schema": schema_id(name),
        "generated_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "data": msgspec.to_builtins(data, enc_hook=str),
    }


def render(envelope: Json, form: Form) -> str:
    """Write an envelope: JSON on several lines, JSON on one line, or YAML."""
    if form is Form.JSONL:
        return json.dumps(envelope, ensure_ascii=False, allow_nan=False) + "\n"
    text = json.dumps(envelope, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    if form is Form.YAML:
        import yaml  # noqa: PLC0415 - no other form needs it

        # Through JSON and back, because YAML has no tuples.
        return yaml.safe_dump(json.loads(text), sort_keys=False, allow_unicode=True)
    return text


def make_schema(name: str, answer: type[Any]) -> Json:
    """The JSON Schema of one verb's envelope, from the answer's dataclass and its docstrings."""
    (data,), definitions = msgspec.json.schema_components([answer], ref_template="#/$defs/{name}")
    for each in definitions.values():
        _describe(cast("Json", each))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": schema_id(name),
        "type": "object",
        "properties": {
            "schema": {"const": schema_id(name)},
            "generated_at": {"type": "string", "format": "date-time"},
            "data": data,
        },
        "required": ["schema", "generated_at", "data"],
        "$defs": dict(sorted(definitions.items())),
    }


def _describe(definition: Json) -> None:
    """Give each property its line of the docstring; every property is always written."""
    properties = cast("dict[str, Json]", definition.get("properties", {}))
    text = str(definition.get("description", ""))
    if text:
        definition["description"] = " ".join(text.split("\n\n", maxsplit=1)[0].split())
    for name, line in _attributes(text):
        if name in properties:
            properties[name]["description"] = line
    for each in properties.values():
        each.pop("default", None)
    if properties:
        definition["required"] = list(properties)


def _attributes(docstring: str) -> Iterator[tuple[str, str]]:
    _, _, section = docstring.partition("Attributes:\n")
    for entry in re.split(r"\n(?= {8}\w)", f"\n{section}"):
        name, _, line = entry.strip().partition(": ")
        if line:
            yield name, " ".join(line.split())
