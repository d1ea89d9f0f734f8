"""Vital signs of a server, from INFO."""

from __future__ import annotations

from seawall.engines.redis.client import RedisClient
from seawall.model.vitals import Vitals


class RedisStatus:
    """Reads INFO."""

    def __init__(self, client: RedisClient) -> None:
        self._client = client

    def read(self) -> Vitals:
        """One INFO; the size is the memory that the data set takes."""
        info = self._client.info()
        return Vitals(
            version=self._client.server.version,
            product=self._client.server.product,
            uptime_seconds=float(info.get("uptime_in_seconds", 0)),
            size_bytes=int(info.get("used_memory_dataset", info.get("used_memory", 0))),
            connections=int(info.get("connected_clients", 0)),
            connections_max=int(info.get("maxclients", 0)),
            role="primary" if info.get("role") == "master" else "replica",
            position=f"{info.get('master_replid', '')}:{info.get('master_repl_offset', '')}",
        )
