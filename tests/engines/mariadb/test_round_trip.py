"""Everything a database can hold comes back as it was, by each way to back up."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.mariadb.harness import (
    METHODS,
    as_login,
    ask,
    back_up,
    fingerprint,
    opened,
    restored,
    run_script,
)
from engines.mariadb.seed import run_sql
from seawall.capabilities import CHECK, TRANSFER
from seawall.engines.mariadb import ENGINE, dump
from seawall.model.fingerprint import compare
from seawall.model.target import Target
from seawall.servers.local import LocalServer
from seawall.servers.sandboxes import Sandboxes
from servers.real import surroundings, temporary_home

ODD = Path(__file__).with_name("odd.sql")
SHOWN = (
    "SELECT group_concat(CAST(f AS DOUBLE), '/', d, '/', g, '/', n ORDER BY id) FROM floats",
    "SELECT group_concat(d, m, s, t, y ORDER BY m) FROM times",
    "SELECT hex(group_concat(a, hex(b), hex(c), d, e, f, g, h ORDER BY a)) FROM texts",
    "SELECT md5(group_concat(hex(b), v, w, t, l, hex(p), hex(g), j, u, i4, i6)) FROM raws",
    "SELECT group_concat(a, b, c, d) FROM made",
    "SELECT one() + two('x')",
    "SELECT group_concat(trigger_name ORDER BY action_order) FROM information_schema.triggers",
)


@METHODS
def test_odd_things_come_back_as_they_were(
    target: Target, sandboxes: Sandboxes, tmp_path: Path, method: str
) -> None:
    run_script(target, ODD.read_text())
    taken = back_up(target, sandboxes, tmp_path, method)
    before = [ask(target, f"SET group_concat_max_len = 1000000; {query}", 1) for query in SHOWN]
    kinds = {fact.kind for fact in taken.at_point.facts}
    assert kinds >= {"table", "view", "procedure", "function", "package body", "trigger", "event"}
    assert kinds >= {"account", "role", "database", "sequence", "sequence value"}
    with restored(sandboxes, taken) as copy, opened(copy) as client:
        assert compare(taken.at_point, fingerprint(client), 0).differences == ()
        after = [ask(copy, f"SET group_concat_max_len = 1000000; {query}", 1) for query in SHOWN]
        assert ENGINE.require(CHECK, client).run() == ()
        assert ask(copy, "SELECT nextval(down)") < -1
    assert before == after


def test_a_script_is_loaded_by_the_client_alone_and_hides_no_bytes(
    target: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    run_script(target, ODD.read_text())
    taken = back_up(target, sandboxes, tmp_path, dump.METHOD)
    script = b"".join(taken.pieces.read(dump.DUMP))
    assert b"0xFFFFFFFFFFFFFFFF".lower() in script
    assert b"5e-324" in script
    assert b"canary" not in script
    assert "'漢'".encode() in script


@METHODS
def test_rights_on_a_dropped_table_hold_when_it_is_made_again(
    target: Target, sandboxes: Sandboxes, tmp_path: Path, method: str
) -> None:
    """A table that is made anew each night is missing at some moment."""
    login = as_login(target, "test_reader")
    run_sql(target, "CREATE TABLE nightly (id int, secret int)")
    run_sql(target, "GRANT SELECT (id) ON nightly TO test_reader@'127.0.0.1'")
    run_sql(target, "DROP TABLE nightly")
    taken = back_up(target, sandboxes, tmp_path, method)
    with restored(sandboxes, taken) as copy:
        run_sql(
            copy, "CREATE TABLE nightly (id int, secret int); INSERT INTO nightly VALUES (7, 8)"
        )
        given = "SHOW GRANTS FOR test_reader@'127.0.0.1'"
        assert run_sql(copy, given) == run_sql(login, given)
        assert "GRANT SELECT (`id`) ON `app`.`nightly`" in str(run_sql(copy, given))


def test_a_store_is_copied_into_another_server_with_its_accounts(target: Target) -> None:
    run_script(target, ODD.read_text())
    with temporary_home() as home:
        other = LocalServer(ENGINE, "other", home, surroundings()).up()
        with opened(target) as client, opened(other) as there:
            ENGINE.require(TRANSFER, client).copy_into(there)
            assert compare(fingerprint(client), fingerprint(there), 0).differences == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("5e-324", "0"),
        ("1", "null"),
        ("0.1", "0.10000000000000002"),
    ],
)
def test_values_that_only_look_alike_are_told_apart(
    target: Target, before: str, after: str
) -> None:
    run_sql(
        target, f"CREATE TABLE alike (id int, d double); INSERT INTO alike VALUES (1, {before})"
    )
    with opened(target) as client:
        first = fingerprint(client)
        run_sql(target, f"UPDATE alike SET d = {after}")
        second = fingerprint(client)
    assert any("alike" in each for each in compare(first, second, 0).differences)


def test_the_server_itself_keeps_no_negative_zero(target: Target) -> None:
    """Where it is stored as zero there is nothing to tell apart."""
    run_sql(target, "CREATE TABLE zeros (d double); INSERT INTO zeros VALUES (-0e0), ('-0')")
    assert run_sql(target, "SELECT d, concat(d) FROM zeros") == ((0.0, "0"), (0.0, "0"))


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE twins SET b = ''",
        "UPDATE twins SET a = b, b = a WHERE a = 'x'",
        "UPDATE twins SET b = CASE a WHEN 'x' THEN 'z' ELSE 'y' END WHERE a IN ('x', 'w')",
        "ALTER TABLE twins MODIFY n decimal(4, 2)",
        "UPDATE twins SET a = 'X' WHERE a = 'x'",
        "UPDATE twins SET a = 'x ' WHERE a = 'x'",
        "DELETE FROM twins WHERE a = 'same' LIMIT 1",
    ],
)
def test_each_small_damage_is_seen(target: Target, damage: str) -> None:
    run_sql(
        target,
        "CREATE TABLE twins (a varchar(9), b varchar(9), n decimal(4, 1));"
        "INSERT INTO twins VALUES ('x', 'y', 1.0), ('w', 'z', 1), ('n', null, 0),"
        " ('same', 'same', 0), ('same', 'same', 0)",
    )
    with opened(target) as client:
        first = fingerprint(client)
        run_sql(target, damage)
        assert compare(first, fingerprint(client), 0).differences
