"""The file's reference page, generated from the schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.datafile.schema import Schema, resolve, schema_for
from seawall.datafile.sections import Place, shown_place, walk
from seawall.datafile.wording import flow

_TITLE: Final = "# seawall.yaml\n\n"
_TABLE: Final = "| key | what it says | value | default |\n|---|---|---|---|\n"


def schema_reference(engines: tuple[str, ...]) -> str:
    """A Markdown page with every key of the file."""
    schema = schema_for(engines)
    return _TITLE + "\n".join(_sections(schema))


def _sections(schema: Schema) -> Iterator[str]:
    """A section for each kind of mapping, with all the places that hold one."""
    kinds: dict[str, list[tuple[Place, Schema]]] = {}
    for place, part in walk(schema):
        if "properties" in part:
            kinds.setdefault(repr(part["properties"]), []).append((place, part))
    for kind in kinds.values():
        places = ", ".join(f"`{shown_place(place)}`" for place, _ in kind)
        place, part = kind[0]
        title = f"## {places}\n\n" if place else ""
        rows = "".join(_row(schema, key, value, part) for key, value in part["properties"].items())
        yield f"{title}{part['description']}\n\n{_TABLE}{rows}"


def _row(schema: Schema, key: str, value: Schema, mapping: Schema) -> str:
    part = resolve(schema, value)
    default = f"`{flow(part['default'])}`" if "default" in part else ""
    if key in mapping.get("required", []):
        default = "required"
    return f"| `{key}` | {_cell(part['description'])} | {_value(part)} | {default} |\n"


def _value(part: Schema) -> str:
    words = part["enum"] if "enum" in part else part["examples"]
    return ", ".join(f"`{_cell(flow(word))}`" for word in words)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
