"""`schema`: what links can be made of, and whether the values agree."""

from __future__ import annotations

from typing import Final, Protocol

from seawall.capability import Capability
from seawall.model.schema import Schema


class Schemas(Protocol):
    """Reads a store's schema; never changes the server, and bounds what it costs there."""

    def read(self) -> Schema:
        """Fields and references of every collection; of a store without a schema, a guess.

        The guess rests on a bounded sample of its keys.
        """
        ...

    def sample(self, collection: str, field: str, most: int) -> tuple[str, ...]:
        """At most so many distinct values of a field, as link text; none where it took too long.

        `collection` and `field` are of the schema that was read.
        """
        ...

    def find(self, collection: str, field: str, texts: tuple[str, ...]) -> int:
        """How many of these link texts are values of a field that identifies records.

        Raises:
            RefusedError: When this login may not look.
        """
        ...


SCHEMA: Final = Capability[Schemas]("schema", "Read what links between stores can be made of.")
