"""Whether a store is small enough to be read in one transaction."""

from __future__ import annotations

from typing import Final

from seawall.engines.mongodb.catalog import list_databases
from seawall.engines.mongodb.client import MongodbClient
from seawall.errors import RefusedError

LIFETIME: Final = "transactionLifetimeLimitSeconds"
DEFAULT_LIFETIME_SECONDS: Final = 60
# A careful reading over a network, done twice: for the dump and for the fingerprint.
BYTES_PER_SECOND: Final = 20_000_000
READINGS: Final = 2


def read_size(client: MongodbClient) -> int:
    """Bytes of all documents, as the server counts them."""
    return sum(
        int(client.run(database, {"dbStats": 1}).get("dataSize", 0))
        for database in list_databases(client)
    )


def read_limit(client: MongodbClient) -> int:
    """Bytes that can be read while the server keeps a transaction."""
    try:
        told = client.run("admin", {"getParameter": 1, LIFETIME: 1})
    except RefusedError:
        # A login without the right to ask, or a product without the parameter.
        told = {}
    seconds = int(told.get(LIFETIME, DEFAULT_LIFETIME_SECONDS))
    return seconds * BYTES_PER_SECOND // READINGS


def fits(client: MongodbClient) -> bool:
    """Whether one transaction can read the store."""
    return read_size(client) <= read_limit(client)


def refuse_too_large(client: MongodbClient) -> None:
    """Refuse a dump that the server would end half way.

    Raises:
        RefusedError: SW-MONGODB-011.
    """
    size, limit = read_size(client), read_limit(client)
    if size > limit:
        raise RefusedError(
            "SW-MONGODB-011",
            attempted=f"dump store `{client.target.store}` in one transaction",
            happened=f"it holds {size / 1e9:.1f} GB, and the server keeps a transaction long enough"
            f" for about {limit / 1e9:.1f} GB.",
            hint="Let the login read the oplog (built-in role `backup`): then size does not"
            f" matter. Or raise {LIFETIME}.",
        )
