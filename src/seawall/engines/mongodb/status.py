"""Vital signs of a server, from `serverStatus` and `dbStats`."""

from __future__ import annotations

from typing import Any, Final

from seawall.engines.mongodb.catalog import list_databases
from seawall.engines.mongodb.client import MongodbClient
from seawall.engines.mongodb.times import ClusterTime
from seawall.errors import RefusedError
from seawall.model.vitals import Vitals

# What a server says that does not tell its limit: mongod's own default, net.maxIncomingConnections.
DEFAULT_CONNECTIONS: Final = 65536


class MongodbStatus:
    """Reads what the login may see."""

    def __init__(self, client: MongodbClient) -> None:
        self._client = client

    def read(self) -> Vitals:
        """One `serverStatus`, and the size of each database of the store."""
        server = self._client.server
        status = self._read_status()
        connections = status.get("connections", {})
        current = int(connections.get("current", 1))
        available = int(connections.get("available", 0))
        return Vitals(
            version=server.version,
            product=server.product,
            uptime_seconds=float(status.get("uptime", 0)),
            size_bytes=sum(map(self._read_size, list_databases(self._client))),
            connections=current,
            connections_max=current + available if available else DEFAULT_CONNECTIONS,
            role="primary" if server.is_primary else "replica",
            position=_position(status),
            emulates=server.emulates,
        )

    def _read_status(self) -> dict[str, Any]:
        try:
            return self._client.run("admin", {"serverStatus": 1, "repl": 0, "metrics": 0})
        except RefusedError:
            # A login with read rights only may ask this much.
            return self._client.run("admin", {"hello": 1})

    def _read_size(self, database: str) -> int:
        return int(self._client.run(database, {"dbStats": 1}).get("dataSize", 0))


def _position(status: dict[str, Any]) -> str:
    time = status.get("operationTime")
    return str(ClusterTime(time.time, time.inc)) if time is not None else ""
