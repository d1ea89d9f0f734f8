"""`status`: one look at a running server."""

from __future__ import annotations

from seawall.engines.mariadb.client import MariadbClient
from seawall.engines.mariadb.statements import statement
from seawall.errors import RefusedError
from seawall.model.vitals import Vitals


class MariadbStatus:
    """Reads the server's own figures; needs no right but to connect."""

    def __init__(self, client: MariadbClient) -> None:
        self._client = client

    def read(self) -> Vitals:
        """Three statements."""
        session = self._client.session
        numbers = dict(session.rows(statement("vitals")))
        size, limit = session.rows(statement("size"), self._client.database)[0]
        follows = int(numbers.get("Slaves_running") or self._mysql_sources()) > 0
        file, place = numbers.get("Binlog_snapshot_file"), numbers.get("Binlog_snapshot_position")
        return Vitals(
            version=session.version.text,
            product=session.version.product,
            uptime_seconds=float(numbers["Uptime"]),
            size_bytes=int(size),
            connections=int(numbers["Threads_connected"]),
            connections_max=int(limit),
            role="replica" if follows else "primary",
            position=f"{file}:{place}" if file else "",
        )

    def _mysql_sources(self) -> int:
        """How many servers a MySQL follows; none where the login may not ask."""
        session = self._client.session
        if session.version.is_mariadb:
            return 0
        try:
            return int(session.value(statement("mysql_sources")))
        except RefusedError:
            return 0
