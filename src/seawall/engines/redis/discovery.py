"""`discovery`: where a Redis or Valkey server of this machine may listen."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from seawall.engines.redis.client import DEFAULT_PORT


class RedisDiscovery:
    """Most servers on loopback let everybody in."""

    def port(self) -> int:
        """The registered port."""
        return DEFAULT_PORT

    def sockets(self) -> tuple[str, ...]:
        """Debian's and Red Hat's."""
        return ("/run/redis/redis*.sock", "/run/redis/*/redis*.sock", "/run/valkey/valkey*.sock")

    def tcp_url(self, port: int) -> str:
        """The default user."""
        return f"redis://127.0.0.1:{port}/"

    def socket_url(self, socket: Path) -> str:
        """The socket's path in place of host and port."""
        return f"unix://{quote(str(socket))}"
