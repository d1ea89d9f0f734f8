"""The server's own check of every collection: structure, indexes against documents."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.engines.mongodb.catalog import collections_of, read_catalog
from seawall.engines.mongodb.client import MongodbClient


class MongodbCheck:
    """Runs `validate` in full."""

    def __init__(self, client: MongodbClient) -> None:
        self._client = client

    def covers(self) -> str:
        """What `validate` looks at."""
        return "structure of every collection, every document, every index against the documents"

    def run(self) -> tuple[str, ...]:
        """Validate every collection of the store."""
        return tuple(self._find_faults())

    def _find_faults(self) -> Iterator[str]:
        for each in collections_of(read_catalog(self._client)):
            told = self._client.run(each.database, {"validate": each.name, "full": True})
            if not told.get("valid"):
                said = "; ".join(map(str, told.get("errors", []))) or "no reason is told"
                yield f"{each.database}.{each.name} is not valid: {said}."
            corrupt = len(told.get("corruptRecords", []))
            if corrupt:
                yield f"{each.database}.{each.name} has {corrupt} corrupt records."
