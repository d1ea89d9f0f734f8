"""`status`: one look at a running server."""

from __future__ import annotations

from seawall.engines.postgres.client import PostgresClient
from seawall.engines.postgres.statements import statement
from seawall.model.vitals import Vitals


class PostgresStatus:
    """Reads the server's own figures."""

    def __init__(self, client: PostgresClient) -> None:
        self._client = client

    def read(self) -> Vitals:
        """One statement."""
        (row,) = self._client.session.rows(statement("vitals"))
        version, uptime, size, connections, limit, role, position = row
        return Vitals(
            version=version,
            product="PostgreSQL",
            uptime_seconds=float(uptime),
            size_bytes=size,
            connections=connections,
            connections_max=limit,
            role=role,
            position=position or "",
        )
