"""Hash every document of every collection by its bytes: order of fields and types are content."""

from __future__ import annotations

from typing import Final

from blake3 import blake3

from seawall.engines.mongodb.buckets import DIGEST_BYTES, NEVER, Buckets, find_minute
from seawall.engines.mongodb.catalog import (
    Described,
    collections_of,
    describe_facts,
    find_ttl_fields,
    read_catalog,
)
from seawall.engines.mongodb.client import MongodbClient
from seawall.engines.mongodb.elements import split_documents
from seawall.engines.mongodb.reading import read_collection
from seawall.model.fingerprint import CollectionPrint, Exclusion, Fingerprint

METHOD: Final = "mongodb/bson/1"
HEADER: Final = "BSON"
EXCLUDED: Final = (
    Exclusion("users and roles", "They belong to the server: a restored one has its own."),
)


class MongodbFingerprints:
    """Reads through the client's snapshot where it has one."""

    def __init__(self, client: MongodbClient) -> None:
        self._client = client

    def take(self, key: bytes) -> Fingerprint:
        """Fingerprint every collection of the store."""
        catalog = read_catalog(self._client)
        prints = (self._take(each, key) for each in collections_of(catalog))
        facts = describe_facts(self._client, catalog)
        return Fingerprint(
            method=METHOD,
            key=key.hex(),
            collections=tuple(sorted(prints, key=lambda each: each.name)),
            facts=tuple(sorted(facts, key=lambda fact: (fact.kind, fact.name))),
            excluded=EXCLUDED,
        )

    def _take(self, described: Described, key: bytes) -> CollectionPrint:
        ends = tuple((name.encode(), seconds) for name, seconds in find_ttl_fields(described))
        buckets = Buckets()
        for batch in read_collection(self._client, described):
            if ends:
                for each in split_documents(batch):
                    digest = blake3(each, key=key).digest(DIGEST_BYTES)
                    buckets.add(find_minute(each, ends), (digest,))
            else:
                digests = (
                    blake3(each, key=key).digest(DIGEST_BYTES) for each in split_documents(batch)
                )
                buckets.add(NEVER, digests)
        name = self._client.scope.show(described.database, described.name)
        return CollectionPrint(name, HEADER, buckets.freeze())
