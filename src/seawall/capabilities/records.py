"""`records`: the records of a collection, as far as links need them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

from seawall.capability import Capability
from seawall.model.collection import KeyCount


class Records(Protocol):
    """Reads records; never changes the server."""

    def read_keys(self, collection: str, fields: tuple[str, ...]) -> Iterator[KeyCount]:
        """Stream the values of `fields` with the number of records that carry them.

        Grouped by the server where it can; bounded memory; through the client's snapshot.

        Raises:
            UsageError: SW-LINK-001 when the store has no such collection or field.
        """
        ...


RECORDS: Final = Capability[Records]("records", "Read the records of a collection.")
