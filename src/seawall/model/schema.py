"""What links between stores can be made of: fields, their kinds, and references a store keeps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a field's values are, as far as two stores can hold the same ones."""

    INTEGER = "integer"
    TEXT = "text"
    UUID = "uuid"
    OBJECT_ID = "object id"
    ANY = "any"
    """Text of whatever kind, as the parts of a key are."""
    OTHER = "other"
    """Dates, numbers with a fraction, documents: nothing that names a record elsewhere."""


@dataclass(frozen=True)
class SchemaField:
    """One field of a collection.

    Attributes:
        name: As links name it.
        kind: Of its values.
        identifies: Whether a value names one record, and is found without reading all of them.
        names: What a value names, where the field's own name does not say it; else empty.
    """

    name: str
    kind: Kind
    identifies: bool
    names: str = ""


@dataclass(frozen=True)
class Shape:
    """One collection.

    Attributes:
        collection: Its name.
        fields: In the store's order.
        pattern: The key pattern that makes it, for a store without a schema; else empty.
    """

    collection: str
    fields: tuple[SchemaField, ...]
    pattern: str = ""


@dataclass(frozen=True)
class Reference:
    """A promise within a store that its server keeps: a foreign key.

    Attributes:
        collection: The promising end.
        fields: Its fields.
        to_collection: The other end.
        to_fields: Its fields, in the same order.
    """

    collection: str
    fields: tuple[str, ...]
    to_collection: str
    to_fields: tuple[str, ...]


@dataclass(frozen=True)
class Schema:
    """A store's shapes, by name, and its references.

    Attributes:
        shapes: Every collection.
        references: Every one that the server keeps.
        not_seen: What could not be looked at, one sentence each.
    """

    shapes: tuple[Shape, ...]
    references: tuple[Reference, ...]
    not_seen: tuple[str, ...] = ()
