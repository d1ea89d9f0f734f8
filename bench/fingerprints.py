"""Fingerprints against COPY, and the keys a second of a key space."""

from __future__ import annotations

import secrets

from bench.gigabyte import MIXED, connect
from bench.measure import Compared, compare
from bench.running import Running
from seawall.capabilities import FINGERPRINT


def compare_with_copy(running: Running) -> Compared:
    """A million mixed rows: keyed hash of each against writing them to nowhere."""
    (store,) = running.work.tier.stores
    with running.work.open(store) as client, connect(running) as sql:
        sql.execute(MIXED)
        sql.execute("ALTER TABLE mixed SET LOGGED")
        sql.execute("ALTER TABLE big SET UNLOGGED")  # left out of fingerprints
        fingerprints = running.work.engine(store).require(FINGERPRINT, client)
        found = compare(
            "fingerprint of 1 M mixed rows / COPY",
            lambda _: fingerprints.take(secrets.token_bytes(32)),
            lambda _: sql.execute("COPY mixed TO '/dev/null'"),
            2.5,
        )
        sql.execute("ALTER TABLE big SET LOGGED")
        sql.execute("DROP TABLE mixed")
        sql.execute("CHECKPOINT")
    return found
