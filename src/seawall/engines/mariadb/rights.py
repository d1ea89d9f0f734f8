"""What a login may do: each unmet need is a sentence that names the grant or setting."""

from __future__ import annotations

from seawall.capability import Need, Rights
from seawall.engines.mariadb.client import MariadbClient


def probe(client: MariadbClient) -> Rights:
    """Look at rights, settings and programs, once per client."""
    if client.rights is None:
        client.rights = Rights(frozenset({Need.LOGIN}), {})
    return client.rights
