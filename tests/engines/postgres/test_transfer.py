"""A whole database moves into another server and finds there what was there before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engines.postgres.harness import (
    ODD,
    ask,
    back_up,
    connect,
    fingerprint,
    opened,
    restored,
    run_sql,
)
from seawall.capabilities import COLLECTIONS, TRANSFER
from seawall.engines.postgres import ENGINE, base_backup
from seawall.engines.postgres.note import SANDBOX_LOGIN
from seawall.model.fingerprint import compare
from seawall.model.secret import Secret
from seawall.model.target import Target
from seawall.servers.local import LocalServer
from seawall.servers.sandboxes import Sandboxes
from servers.real import surroundings


@pytest.fixture(scope="module")
def other(home: Path) -> Target:
    return LocalServer(ENGINE, "other", home, surroundings()).up()


@pytest.fixture
def odd(home: Path) -> Target:
    """A server of its own, filled: what one test empties, another one needs."""
    target = LocalServer(ENGINE, "odd", home, surroundings()).up()
    run_sql(target, ODD.read_text())
    return target


@pytest.fixture(scope="module")
def filled(target: Target) -> Target:
    run_sql(target, ODD.read_text())
    run_sql(target, "ALTER DATABASE postgres SET search_path = '$user', public, \"sales\"")
    run_sql(target, "ALTER ROLE app IN DATABASE postgres SET work_mem = '9MB'")
    return target


def test_a_copy_out_of_a_sandbox_equals_the_source_and_keeps_what_the_server_had(
    filled: Target, other: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    run_sql(other, "CREATE ROLE app LOGIN PASSWORD 'its own' CONNECTION LIMIT 20")
    taken = back_up(filled, sandboxes, tmp_path, base_backup.METHOD)
    with restored(sandboxes, taken) as copy, opened(copy) as source, opened(other) as there:
        ENGINE.require(TRANSFER, source).copy_into(there)
        found = fingerprint(there)
    differences = compare(taken.at_point, found, 0).differences
    # `app` existed: it keeps its own memberships and settings, and its password.
    assert set(differences) <= {"role app differs", "setting role app is missing"}
    own = replace(other, location=other.location.with_login("app", Secret("its own")))
    with connect(own) as connection:
        connection.execute("SELECT 1")
    assert ask(other, f"SELECT count(*) FROM pg_roles WHERE rolname = '{SANDBOX_LOGIN}'") == 0
    with connect(other) as connection:
        assert connection.execute("SHOW search_path").fetchone() == ('"$user", public, sales',)


def test_clearing_leaves_nothing_of_the_oddest_database(odd: Target) -> None:
    with opened(odd) as client:
        ENGINE.require(TRANSFER, client).clear()
        assert ENGINE.require(COLLECTIONS, client).is_empty()
        left = fingerprint(client)
    assert left.collections == ()
    kinds = {fact.kind for fact in left.facts}
    assert kinds <= {"schema", "database", "extension", "role", "setting", "grant", "comment"}
