"""`fingerprint`: every row's text as the server sends it, hashed and summed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from blake3 import blake3

from seawall.engines.mariadb.accounts import read_accounts
from seawall.engines.mariadb.client import MariadbClient, Session
from seawall.engines.mariadb.definitions import read_definitions
from seawall.engines.mariadb.note import LOGIN, LOGIN_HOST
from seawall.engines.mariadb.sequences import read_sequences
from seawall.engines.mariadb.sight import ACCOUNT, Grants, unseen
from seawall.engines.mariadb.statements import statement
from seawall.engines.mariadb.tables import Table, list_tables
from seawall.errors import RefusedError
from seawall.model.fingerprint import Bucket, CollectionPrint, Exclusion, Fact, Fingerprint

METHOD: Final = "mariadb/row-text/1"
HASH_BYTES: Final = 16
MODULUS: Final = 2 ** (8 * HASH_BYTES)
LOGICAL: Final = "mariadb/dump"


@dataclass(frozen=True)
class Origin:
    """How the store that is read came to be, or will be restored.

    Attributes:
        is_logical: From a dump: the accounts that each server has are its own.
        unseen: Kinds of facts that the backup's login could not see.
    """

    is_logical: bool
    unseen: frozenset[str]


class MariadbFingerprints:
    """Streams a SELECT of each table under one snapshot."""

    def __init__(self, client: MariadbClient) -> None:
        self._client = client

    def take(self, key: bytes) -> Fingerprint:
        """Hash all tables; read definitions, accounts, grants and sequences."""
        session, view = self._client.session, self._client.view
        prints: list[CollectionPrint] = []
        with session.snapshot():
            tables = view.tables if view else list_tables(session, self._client.database)
            excluded = [] if view else inexact(tables)
            for table in tables:
                if table.why_excluded:
                    continue
                bucket = sum_rows(session.raw_rows(table.select_statement()), key)
                prints.append(CollectionPrint(table.name, table.header, (bucket,)))
            facts, unread = view.facts if view else read_facts(self._client)
        return Fingerprint(
            method=METHOD,
            key=key.hex(),
            collections=tuple(sorted(prints, key=lambda each: each.name)),
            facts=tuple(sorted(facts, key=lambda fact: (fact.kind, fact.name))),
            excluded=(*excluded, *unread),
        )


def inexact(tables: Iterable[Table]) -> list[Exclusion]:
    """Tables, or parts of them, that no proof covers; a cut of a backup names them itself."""
    excluded = [Exclusion(each.name, each.why_excluded) for each in tables if each.why_excluded]
    history = "a table's history of itself is compared with nothing"
    return excluded + [
        Exclusion(f"{each.name} (history)", history) for each in tables if each.is_versioned
    ]


def sum_rows(rows: Iterable[bytes], key: bytes) -> Bucket:
    """Count rows and add up their hashes; neither order nor physical place matters."""
    hasher = blake3(key=key)
    update, digest, reset, number = hasher.update, hasher.digest, hasher.reset, int.from_bytes
    records = total = 0
    for row in rows:
        update(row)
        total += number(digest(HASH_BYTES), "little")
        reset()
        records += 1
    return Bucket(records, f"{total % MODULUS:032x}")


def read_facts(client: MariadbClient) -> tuple[tuple[Fact, ...], tuple[Exclusion, ...]]:
    """Definitions, accounts and sequences as they are now, and what of them cannot be seen."""
    session, database = client.session, client.database
    origin = read_origin(session)
    hidden = unseen(Grants.read(session), database, is_mariadb=session.version.is_mariadb)
    skipped = origin.unseen | frozenset(hidden)
    facts = [each.fact() for each in read_definitions(session, database, skipped)]
    counted, cycling = read_sequences(session, database)
    if ACCOUNT not in skipped:
        facts += [
            account.fact()
            for account in read_accounts(session, database)
            if not (origin.is_logical and account.is_built_in)
        ]
    return (*facts, *counted), (*hidden.values(), *cycling)


def read_origin(session: Session) -> Origin:
    """What a sandbox knows of itself; any other server is compared with nothing."""
    try:
        rows = session.rows(statement("origin"), LOGIN, LOGIN_HOST)
    except RefusedError:
        rows = []
    if not rows:
        return Origin(is_logical=False, unseen=frozenset())
    known = json.loads(rows[0][0])
    return Origin(known["restored_from"].startswith(LOGICAL), frozenset(known["unseen"]))
