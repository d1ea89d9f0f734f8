"""What a login may do decides how its store is backed up, and the reason is always told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from engines.postgres.harness import back_up, connect, fingerprint, opened, restored, run_sql
from seawall.capabilities import BACKUP
from seawall.capability import Need
from seawall.engines.postgres import ENGINE, base_backup, dump
from seawall.engines.postgres.rights import probe
from seawall.errors import RefusedError
from seawall.model.fingerprint import compare
from seawall.model.secret import Secret
from seawall.model.target import Programs, Target
from seawall.servers.sandboxes import Sandboxes


@contextmanager
def login(target: Target, name: str, attributes: str) -> Iterator[Target]:
    """A login of its own for one test."""
    run_sql(target, f"CREATE ROLE {name} LOGIN PASSWORD 'canary' {attributes}")
    try:
        yield replace(target, location=target.location.with_login(name, Secret("canary")))
    finally:
        run_sql(target, f"DROP OWNED BY {name}; DROP ROLE {name}")


@pytest.fixture(scope="module", autouse=True)
def _filled(target: Target) -> None:
    run_sql(target, "CREATE TABLE filled AS SELECT n AS id FROM generate_series(1, 50) n")


def test_a_superuser_takes_bases(target: Target) -> None:
    with opened(target) as client:
        assert ENGINE.choose(BACKUP, client).method == base_backup.METHOD


def test_a_role_with_replication_alone_takes_bases(
    target: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    with login(target, "copier", "REPLICATION IN ROLE pg_read_all_data") as copier:
        with opened(copier) as client:
            assert ENGINE.choose(BACKUP, client).passed_over == ()
        taken = back_up(copier, sandboxes, tmp_path, base_backup.METHOD)
    with restored(sandboxes, taken) as copy, opened(copy) as client:
        assert compare(taken.at_point, fingerprint(client), 0).differences == ()


def test_a_reader_dumps_and_is_told_why_not_more(
    target: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    with login(target, "reader", "IN ROLE pg_read_all_data") as reader:
        with opened(reader) as client:
            chosen = ENGINE.choose(BACKUP, client)
        taken = back_up(reader, sandboxes, tmp_path, dump.METHOD)
    assert chosen.method == dump.METHOD
    (why,) = chosen.passed_over
    assert "ALTER ROLE reader REPLICATION" in why
    with restored(sandboxes, taken) as copy, opened(copy) as client:
        assert compare(taken.at_point, fingerprint(client), 0).differences == ()


def test_a_login_that_may_not_read_everything_is_told_the_grant(target: Target) -> None:
    with (
        login(target, "stranger", "") as stranger,
        opened(stranger) as client,
        pytest.raises(RefusedError) as caught,
    ):
        ENGINE.choose(BACKUP, client)
    assert caught.value.code == "SW-ENGINE-002"
    assert "may not read 1 relation (public.filled, ...)" in caught.value.happened
    assert "GRANT pg_read_all_data TO stranger" in caught.value.happened


def test_a_server_with_a_tablespace_is_not_copied_by_a_base(target: Target) -> None:
    with connect(target) as connection:
        connection.execute("SET allow_in_place_tablespaces = on")
        connection.execute("CREATE TABLESPACE beside LOCATION ''")
        try:
            with opened(target) as client:
                assert "tablespaces of its own (beside)" in probe(client).unmet[Need.REPLICATION]
        finally:
            connection.execute("DROP TABLESPACE beside")


def test_programs_of_another_major_are_no_programs(target: Target) -> None:
    assert target.programs
    other = Programs(target.programs.folder, "13.1", "system")
    with opened(replace(target, programs=other)) as client:
        assert "programs here are 13.1" in probe(client).unmet[Need.PROGRAMS]
        with pytest.raises(RefusedError) as caught:
            dump.refuse_older_programs(client)
    assert caught.value.code == "SW-POSTGRES-006"


def test_without_programs_the_message_says_how_to_get_them(target: Target) -> None:
    with opened(replace(target, programs=None)) as client:
        assert Need.PROGRAMS in probe(client).unmet
        with pytest.raises(RefusedError) as caught:
            dump.refuse_older_programs(client)
    assert caught.value.code == "SW-POSTGRES-004"
    assert "pip install" in caught.value.hint
