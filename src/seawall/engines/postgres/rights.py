"""What a login may do: each unmet need is a sentence that names the grant or setting."""

from __future__ import annotations

from seawall.capability import Need, Rights
from seawall.engines.postgres.client import PostgresClient


def probe(client: PostgresClient) -> Rights:
    """Look at rights, settings and programs, once per client."""
    del client
    return Rights(frozenset({Need.LOGIN}), {})
