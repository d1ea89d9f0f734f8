"""The mappings that the file can hold, in the order of the schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from seawall.datafile.schema import Schema, resolve

Place: TypeAlias = tuple[str, ...]

ANY_NAME: Final = "<name>"
ANY_ITEM: Final = "[]"


def walk(schema: Schema) -> Iterator[tuple[Place, Schema]]:
    """Each place of the file with its schema, the root first."""
    yield from _walk(schema, schema, ())


def shown_place(place: Place) -> str:
    """A place for people: `links[].every`."""
    return ".".join(place).replace(f".{ANY_ITEM}", ANY_ITEM) or "the top of the file"


def _walk(schema: Schema, part: Schema, place: Place) -> Iterator[tuple[Place, Schema]]:
    whole = resolve(schema, part)
    yield place, whole
    for key, value in whole.get("properties", {}).items():
        yield from _walk(schema, value, (*place, key))
    if isinstance(whole.get("additionalProperties"), dict):
        yield from _walk(schema, whole["additionalProperties"], (*place, ANY_NAME))
    if "items" in whole:
        yield from _walk(schema, whole["items"], (*place, ANY_ITEM))
