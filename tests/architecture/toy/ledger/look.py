"""Read a ledger: vital signs, collections, keys, fingerprint, and its own check."""

from __future__ import annotations

import json
from collections.abc import Iterator

from blake3 import blake3

from architecture.toy.ledger.client import LedgerClient
from seawall.errors import UsageError
from seawall.model.collection import Collection, KeyCount
from seawall.model.fingerprint import Bucket, CollectionPrint, Fingerprint
from seawall.model.value import link_text
from seawall.model.vitals import Vitals

METHOD = "ledger/json/1"
PARTS = 3


class _Look:
    def __init__(self, client: LedgerClient) -> None:
        self._client = client


class LedgerStatus(_Look):
    def read(self) -> Vitals:
        return Vitals(**self._client.status())


class LedgerCollections(_Look):
    def list(self) -> tuple[Collection, ...]:
        return tuple(
            Collection(
                name, tuple(sorted(set[str]().union(*records.values()))), ("id",), len(records), -1
            )
            for name, records in self._client.content().items()
        )

    def is_empty(self) -> bool:
        return not self._client.content()


class LedgerRecords(_Look):
    def read_keys(self, collection: str, fields: tuple[str, ...]) -> Iterator[KeyCount]:
        records = self._client.content().get(collection, {}).values()
        missing = set(fields).difference(*records)
        if missing:
            raise UsageError(
                "SW-LINK-001",
                attempted=f"read {collection}.{', '.join(fields)}",
                happened=f"no record of {collection!r} has {', '.join(sorted(missing))}.",
                hint="Correct the link.",
            )
        for record in records:
            yield KeyCount(tuple(link_text(record.get(field)) for field in fields), 1)


class LedgerFingerprints(_Look):
    """Sums of keyed hashes, whatever the order of the entries was."""

    def take(self, key: bytes) -> Fingerprint:
        prints: list[CollectionPrint] = []
        for name, records in self._client.content().items():
            texts = [json.dumps(record, sort_keys=True) for record in records.values()]
            hashes = [blake3(text.encode(), key=key).digest(16) for text in texts]
            total = sum(int.from_bytes(each) for each in hashes) % 2**128
            bucket = Bucket(len(records), f"{total:032x}")
            prints.append(CollectionPrint(name, "sorted JSON", (bucket,)))
        return Fingerprint(METHOD, key.hex(), tuple(prints))


class LedgerCheck(_Look):
    def run(self) -> tuple[str, ...]:
        parts = [len(json.loads(line)) for line in self._client.entries()]
        return tuple(f"entry {n} is damaged" for n, found in enumerate(parts) if found != PARTS)

    def covers(self) -> str:
        return "every entry is JSON and has its three parts"
