"""`discovery`: where a MariaDB server of this machine may listen."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from seawall.engines.mariadb.login import DEFAULT_PORT


class MariadbDiscovery:
    """Sockets as the distributions lay them; the login is the current user's own."""

    def port(self) -> int:
        """The registered port."""
        return DEFAULT_PORT

    def sockets(self) -> tuple[str, ...]:
        """Debian's, Red Hat's and the source's own."""
        return ("/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock")  # noqa: S108

    def tcp_url(self, port: int) -> str:
        """User, password and database come from the user's own settings."""
        return f"mariadb://127.0.0.1:{port}/"

    def socket_url(self, socket: Path) -> str:
        """The socket as an option."""
        return f"mariadb:///?socket={quote(str(socket), safe='')}"
