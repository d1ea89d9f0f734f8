"""`discovery`: where a MongoDB server of this machine may listen."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from seawall.engines.mongodb.client import DEFAULT_PORT


class MongodbDiscovery:
    """A server on loopback lets in whoever needs no login, and nobody else."""

    def port(self) -> int:
        """The registered port."""
        return DEFAULT_PORT

    def sockets(self) -> tuple[str, ...]:
        """Where the server's own packages put them."""
        return ("/tmp/mongodb-*.sock", "/run/mongodb/mongodb-*.sock")  # noqa: S108 - theirs

    def tcp_url(self, port: int) -> str:
        """Without a login; never by way of other members."""
        return f"mongodb://127.0.0.1:{port}/?directConnection=true"

    def socket_url(self, socket: Path) -> str:
        """The socket's path in place of host and port."""
        return f"mongodb://{quote(str(socket), safe='')}/?directConnection=true"
