"""What a login lacks is named with the statement that grants it, and what it cannot see is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.mariadb.harness import as_login, back_up, fingerprint, opened, restored, run_script
from engines.mariadb.seed import run_sql
from engines.mariadb.test_round_trip import ODD
from seawall.capabilities import BACKUP, FENCE
from seawall.engines.mariadb import ENGINE, base_backup, dump
from seawall.engines.mariadb.sight import Grants
from seawall.errors import RefusedError, SeawallError
from seawall.model.fingerprint import compare
from seawall.model.target import Target
from seawall.servers.sandboxes import Sandboxes

READ = ("SELECT ON app.*",)
SEE = (*READ, "SHOW VIEW, TRIGGER, EVENT ON app.*", "SELECT ON mysql.*")
COPY = (*SEE, "RELOAD, PROCESS, LOCK TABLES, BINLOG MONITOR ON *.*")


def test_a_login_with_read_rights_only_uses_the_dump_and_names_each_missing_grant(
    target: Target,
) -> None:
    login = as_login(target, "test_reader", *READ)
    with opened(login) as client:
        chosen = ENGINE.choose(BACKUP, client)
        assert chosen.method == dump.METHOD
        (why,) = chosen.passed_over
        for right in ("RELOAD", "PROCESS", "BINLOG MONITOR"):
            assert f"(GRANT {right} ON *.* TO `test_reader`@`127.0.0.1`)" in why
        with pytest.raises(RefusedError) as caught:
            ENGINE.require(FENCE, client)
        assert "GRANT RELOAD" in str(caught.value)


@pytest.mark.parametrize(
    ("grants", "method", "unseen"),
    [
        (READ, dump.METHOD, {"(views)", "(triggers)", "(events)", "(accounts)", "(routines)"}),
        (SEE, dump.METHOD, set()),
        (COPY, base_backup.METHOD, set()),
    ],
    ids=["read", "see", "copy"],
)
def test_each_set_of_grants_suffices_for_its_method(
    target: Target,
    sandboxes: Sandboxes,
    tmp_path: Path,
    grants: tuple[str, ...],
    method: str,
    unseen: set[str],
) -> None:
    run_script(target, ODD.read_text())
    login = as_login(target, "test_login", *grants)
    with opened(login) as client:
        assert ENGINE.choose(BACKUP, client).method == method
    taken = back_up(login, sandboxes, tmp_path, method)
    excluded = {each.name: each.why for each in taken.at_point.excluded}
    assert {name for name in excluded if name.endswith("s)")} == unseen
    assert all("GRANT" in excluded[name] for name in unseen)
    with restored(sandboxes, taken) as copy, opened(copy) as client:
        assert compare(taken.at_point, fingerprint(client), 0).differences == ()


def test_a_login_for_one_table_says_that_others_may_be_hidden(target: Target) -> None:
    run_sql(target, "CREATE TABLE shown (id int); CREATE TABLE hidden (id int)")
    login = as_login(target, "test_narrow", "SELECT ON app.shown")
    with opened(login) as client:
        taken = fingerprint(client)
        assert "GRANT SELECT ON `app`.*" in {e.name: e.why for e in taken.excluded}["(tables)"]
        with pytest.raises(SeawallError) as caught:
            client.session.rows("SELECT * FROM hidden")
        assert caught.value.code == "SW-MARIADB-001"


@pytest.mark.parametrize(
    ("place", "database", "may"),
    [
        ("`app`.*", "app", True),
        ("`a%`.*", "app", True),
        ("`sh\\_op`.*", "sh_op", True),
        ("`sh\\_op`.*", "shXop", False),
        ("`sh_op`.*", "shXop", True),
        ("*.*", "anything", True),
        ("`app`.*", "other", False),
    ],
)
def test_patterns_of_grants_are_read_as_the_server_reads_them(
    place: str, database: str, may: bool
) -> None:
    assert Grants("x", frozenset({("SELECT", place)})).may("SELECT", database) is may


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ("SET GLOBAL binlog_format = 'STATEMENT'", "binlog_format is STATEMENT"),
        ("SET GLOBAL innodb_encrypt_tables = 'OFF'", ""),
    ],
)
def test_a_log_that_cannot_be_replayed_is_passed_over(
    target: Target, settings: str, why: str
) -> None:
    run_sql(target, settings)
    try:
        with opened(target) as client:
            chosen = ENGINE.choose(BACKUP, client)
            assert any(why in each for each in (*chosen.passed_over, ""))
            assert (chosen.method == base_backup.METHOD) is not bool(why)
    finally:
        run_sql(target, "SET GLOBAL binlog_format = 'ROW'")
