"""MySQL by its documentation: replies of the documented shape, no server behind them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from seawall.engines.mariadb import MYSQL
from seawall.engines.mariadb.client import MariadbClient
from seawall.engines.mariadb.failures import connect_failure
from seawall.engines.mariadb.programs import MYSQL_SPEC, SPEC
from seawall.engines.mariadb.status import MariadbStatus
from seawall.engines.mariadb.versions import Version
from seawall.errors import RefusedError
from seawall.model.location import Location
from seawall.model.target import Target


class Replies:
    """A session that answers as MySQL's manual says."""

    version = Version.parse("8.0.40")

    def __init__(self, sources: int | None) -> None:
        self._sources = sources

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        if "SHOW GLOBAL STATUS" in query:
            return [("Threads_connected", "3"), ("Uptime", "42")]
        assert parameters == ("shop",)
        return [(4096, 151)]

    def value(self, query: str) -> Any:
        assert "performance_schema" in query
        if self._sources is None:
            raise RefusedError("SW-MARIADB-001", attempted="x", happened="x", hint="x")
        return self._sources


@pytest.mark.parametrize(("sources", "role"), [(0, "primary"), (1, "replica"), (None, "primary")])
def test_status_reads_what_mysql_documents(sources: int | None, role: str) -> None:
    client = MariadbClient(Target("x", Location.parse("mysql://u@h/shop")))
    client._session = Replies(sources)  # type: ignore[assignment]
    vitals = MariadbStatus(client).read()
    assert (vitals.product, vitals.version, vitals.role) == ("MySQL", "8.0.40", role)
    assert (vitals.connections, vitals.connections_max, vitals.size_bytes) == (3, 151, 4096)
    assert vitals.position == ""


def test_a_server_that_lets_nobody_in_without_tls_says_so() -> None:
    said = (
        "Connections using insecure transport are prohibited while --require_secure_transport=ON."
    )
    error = connect_failure(Target("x", Location.parse("mysql://u@h/shop")), 3159, said)
    assert error.code == "SW-CONNECT-004"
    assert "ssl-mode=verify_identity" in error.hint


@pytest.mark.parametrize(
    ("said", "mysql", "mariadb"),
    [
        ("mysqld  Ver 8.0.40 for Linux on x86_64 (MySQL Community Server - GPL)", "8.0.40", None),
        ("mysqld  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu", None, "10.11.19"),
    ],
)
def test_the_two_servers_are_told_apart_by_their_version(
    said: str, mysql: str | None, mariadb: str | None
) -> None:
    for spec, wanted in ((MYSQL_SPEC, mysql), (SPEC, mariadb)):
        match = re.search(spec.version_pattern, said)
        assert (match.group(1) if match else None) == wanted


def test_nothing_is_offered_that_could_not_be_tried() -> None:
    offered = {offer.capability for offer in MYSQL.matrix if offer.make}
    reading = {"status", "collections", "records", "check"}
    assert offered == {"programs", "discovery", "shell"} | reading
