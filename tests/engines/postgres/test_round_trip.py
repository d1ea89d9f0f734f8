"""A database with one of everything comes back equal, by either method."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.postgres.harness import (
    METHODS,
    ODD,
    ask,
    back_up,
    connect,
    fingerprint,
    opened,
    restored,
    run_sql,
)
from seawall.capabilities import CHECK, RECORDS
from seawall.engines.postgres import ENGINE, base_backup, dump
from seawall.model.fingerprint import compare
from seawall.model.target import Target
from seawall.servers.sandboxes import Sandboxes


@pytest.fixture(scope="module", autouse=True)
def _filled(target: Target) -> None:
    run_sql(target, ODD.read_text())
    run_sql(target, "ALTER DATABASE postgres SET search_path = '$user', public, sales")


@METHODS
def test_everything_comes_back(
    target: Target, sandboxes: Sandboxes, tmp_path: Path, method: str
) -> None:
    taken = back_up(target, sandboxes, tmp_path, method)
    with restored(sandboxes, taken) as copy, opened(copy) as client:
        compared = compare(taken.at_point, fingerprint(client), 0)
        assert compared.differences == ()
        assert compared.proven == taken.at_point.records >= 400
        assert ENGINE.require(CHECK, client).run() == ()
        after = compare(taken.at_point, fingerprint(client), 0)
        assert after.differences == (), "the check has left something behind"
        assert ask(copy, "SELECT lo_get(7001, 0, 4) = '\\x00112233' FROM sales.shares LIMIT 1")


def test_what_a_method_cannot_prove_is_named(
    target: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    of_base = back_up(target, sandboxes, tmp_path / "base", base_backup.METHOD).at_point
    of_dump = back_up(target, sandboxes, tmp_path / "dump", dump.METHOD).at_point
    assert {each.name for each in of_base.excluded} == {
        "forgetful",
        "sequence sales.round",
    }
    assert {each.name for each in of_dump.excluded} - {each.name for each in of_base.excluded} == {
        "sales.totals",
        "sales.later",
    }


def test_a_sequence_that_counts_on_after_the_cut_is_no_loss(
    target: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    with connect(target) as connection:
        connection.execute("CREATE SEQUENCE running")
        taken = back_up(target, sandboxes, tmp_path, dump.METHOD)
        connection.execute("SELECT nextval('running') FROM generate_series(1, 100)")
    with restored(sandboxes, taken) as copy, opened(copy) as client:
        assert compare(taken.at_point, fingerprint(client), 0).differences == ()


def test_links_read_a_partitioned_table_once_and_a_parent_with_its_children(
    target: Target,
) -> None:
    with opened(target) as client:
        records = ENGINE.require(RECORDS, client)
        regions = {each.values: each.records for each in records.read_keys("events", ("region",))}
        names = {each.values for each in records.read_keys("parent", ("name",))}
    assert regions == {("north",): 200, (None,): 200}
    assert names == {("of the parent",), ("of the child",)}
