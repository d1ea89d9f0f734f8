"""The file's schema: as shipped, with this version's engines, and for editors."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from typing import Any, Final, TypeAlias, cast

import jsonschema_rs

Schema: TypeAlias = dict[str, Any]
SchemaPath: TypeAlias = tuple[str | int, ...]

# Keys the design names and this version does not have, by the place of their mapping's schema.
LATER_KEYS: Final[dict[SchemaPath, tuple[str, ...]]] = {
    (): ("derived", "access", "alarms", "targets"),
    ("definitions", "store"): ("workload", "migrations", "replicas", "pool", "retain"),
    ("definitions", "backup"): ("log",),
    ("definitions", "store_backup"): ("log",),
    ("definitions", "link"): ("mirror", "count"),
}
LATER_LINKS: Final = LATER_KEYS["definitions", "link"]
LATER_ENGINE: Final = "auto"
LATER_SECRETS: Final = ("aws-sm", "vault", "keyring")
NOT_YET: Final = "is not in this version of Seawall yet"


@lru_cache(maxsize=8)
def schema_for(engines: tuple[str, ...]) -> Schema:
    """The shipped schema with the names of the engines."""
    text = resources.files(__package__ or "").joinpath("schema.json").read_text(encoding="utf-8")
    schema = cast("Schema", json.loads(text))
    engine = schema["definitions"]["store"]["properties"]["engine"]
    engine["enum"] = list(engines)
    return schema


@lru_cache(maxsize=8)
def validator_for(engines: tuple[str, ...]) -> jsonschema_rs.Draft7Validator:
    """A validator of the same."""
    return jsonschema_rs.Draft7Validator(schema_for(engines))


def editor_schema(engines: tuple[str, ...]) -> str:
    """The schema as JSON text, for editors."""
    return json.dumps(schema_for(engines), indent=2, ensure_ascii=False) + "\n"


def modeline(schema_path: str) -> str:
    """The file's first line: it tells editors with yaml-language-server where the schema is."""
    return f"# yaml-language-server: $schema={schema_path}"


def schema_at(schema: Schema, path: SchemaPath) -> Schema:
    """The part of a schema at a path."""
    part: Any = schema
    for key in path:
        part = part[key]
    return cast("Schema", part)


def resolve(schema: Schema, part: Schema) -> Schema:
    """A part with what its `$ref` names; what it says itself comes first."""
    if "$ref" not in part:
        return part
    named = schema_at(schema, tuple(part["$ref"].removeprefix("#/").split("/")))
    return {**resolve(schema, named), **part}
