"""`fingerprint`: every row's text as the server copies it out, hashed and summed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from blake3 import blake3

from seawall.engines.postgres.client import PostgresClient, Session
from seawall.engines.postgres.facts import (
    LARGE_OBJECTS,
    cycling_sequences,
    read_facts,
    sequence_facts,
)
from seawall.engines.postgres.statements import statement
from seawall.engines.postgres.tables import Table, list_tables
from seawall.model.fingerprint import Bucket, CollectionPrint, Exclusion, Fingerprint

METHOD: Final = "postgres/row-text/1"
HASH_BYTES: Final = 16
MODULUS: Final = 2 ** (8 * HASH_BYTES)


class PostgresFingerprints:
    """Streams `COPY ... TO STDOUT` of each table under one snapshot."""

    def __init__(self, client: PostgresClient) -> None:
        self._client = client

    def take(self, key: bytes) -> Fingerprint:
        """Hash all tables and large objects; read definitions, roles, grants and sequences."""
        session = self._client.session
        is_logical = self._client.is_logical
        prints: list[CollectionPrint] = []
        excluded: list[Exclusion] = []
        with session.snapshot():
            for table in list_tables(session):
                why = table.why_excluded(is_logical=is_logical)
                if why:
                    excluded.append(Exclusion(table.name, why))
                else:
                    prints.append(_table_print(session, table, key))
            _add_large_objects(session, key, prints, excluded)
            facts = read_facts(session) + sequence_facts(session, self._client.sequence_floors)
            excluded += cycling_sequences(session)
        return Fingerprint(
            method=METHOD,
            key=key.hex(),
            collections=tuple(sorted(prints, key=lambda each: each.name)),
            facts=tuple(sorted(facts, key=lambda fact: (fact.kind, fact.name))),
            excluded=tuple(excluded),
        )


def sum_rows(rows: Iterable[memoryview], key: bytes) -> Bucket:
    """Count rows and add up their hashes; neither order nor physical place matters.

    One keyed hasher is reset after each row: half the time of a new or a copied one.
    """
    hasher = blake3(key=key)
    update, digest, reset, number = hasher.update, hasher.digest, hasher.reset, int.from_bytes
    records = total = 0
    for row in rows:
        update(row)
        total += number(digest(HASH_BYTES), "little")
        reset()
        records += 1
    return Bucket(records, f"{total % MODULUS:032x}")


def _table_print(session: Session, table: Table, key: bytes) -> CollectionPrint:
    rows = session.copy_out(table.copy_statement()) if table.is_populated else iter(())
    return CollectionPrint(table.name, table.header, (sum_rows(rows, key),))


def _add_large_objects(
    session: Session, key: bytes, prints: list[CollectionPrint], excluded: list[Exclusion]
) -> None:
    if not session.value("SELECT count(*) FROM pg_largeobject_metadata"):
        return
    if not session.value("SELECT has_table_privilege('pg_largeobject', 'SELECT')"):
        excluded.append(Exclusion(LARGE_OBJECTS, "the login may not read pg_largeobject"))
        return
    rows = session.copy_out(f"COPY ({statement('large_objects')}) TO STDOUT")
    prints.append(CollectionPrint(LARGE_OBJECTS, "", (sum_rows(rows, key),)))
