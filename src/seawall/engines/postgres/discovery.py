"""`discovery`: where a PostgreSQL server of this machine may listen."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote


class PostgresDiscovery:
    """Sockets as the distributions lay them; the login is the current user's own."""

    def port(self) -> int:
        """PostgreSQL's registered port."""
        return 5432

    def sockets(self) -> tuple[str, ...]:
        """Debian's, Red Hat's and the source's own folder."""
        return ("/var/run/postgresql/.s.PGSQL.*[0-9]", "/tmp/.s.PGSQL.*[0-9]")  # noqa: S108

    def tcp_url(self, port: int) -> str:
        """The driver takes user, database and password from the user's own settings."""
        return f"postgres://127.0.0.1:{port}/"

    def socket_url(self, socket: Path) -> str:
        """The folder is the host, the port is the socket's ending."""
        port = socket.name.rpartition(".")[2]
        return f"postgres:///?host={quote(str(socket.parent), safe='')}&port={port}"
