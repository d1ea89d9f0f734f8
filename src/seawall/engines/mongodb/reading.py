"""Read a whole collection in batches of a size that memory bears."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.engines.mongodb.catalog import Described
from seawall.engines.mongodb.client import MongodbClient
from seawall.errors import RefusedError

BATCH_BYTES: Final = 2 << 20
MOST_DOCUMENTS: Final = 20_000
UNKNOWN_DOCUMENTS: Final = 100


def read_collection(
    client: MongodbClient, described: Described, concern: str = ""
) -> Iterator[bytes]:
    """Batches of its documents, about BATCH_BYTES each; one document may be larger."""
    batch = choose_batch(client, described)
    yield from client.read_batches(described.database, described.name, batch, concern=concern)


def choose_batch(client: MongodbClient, described: Described) -> int:
    """How many documents of average size make a batch."""
    try:
        told = client.run(described.database, {"collStats": described.name})
    except RefusedError:
        # It was dropped after the snapshot that still shows it, or the login may not ask.
        return UNKNOWN_DOCUMENTS
    average = max(1, int(told.get("avgObjSize", 0) or 1))
    return max(1, min(MOST_DOCUMENTS, BATCH_BYTES // average))
