"""A certified cut: what is restored is what was hashed, whatever the writers do."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.postgres.harness import (
    ACCOUNTS,
    Load,
    ask,
    backing_up,
    fingerprint,
    opened,
    restored,
    run_sql,
)
from seawall.engines.postgres import base_backup
from seawall.model.fingerprint import compare
from seawall.model.target import Target
from seawall.servers.sandboxes import Sandboxes
from servers.folder import FolderSink, Taken, cut_once

POINTS = 6


@pytest.fixture(scope="module")
def points(
    target: Target, sandboxes: Sandboxes, tmp_path_factory: pytest.TempPathFactory
) -> list[Taken]:
    """One base, and several cuts after it, while writers of every awkward kind run."""
    run_sql(target, ACCOUNTS)
    base = FolderSink(tmp_path_factory.mktemp("base"))
    taken: list[Taken] = []
    method = base_backup.METHOD
    scratch = tmp_path_factory.mktemp("scratch")
    with Load(target, 2).running(), backing_up(target, sandboxes, method, scratch) as session:
        session.copy_base(base)
        for _ in range(POINTS):
            sink = FolderSink(base.folder, list(base.artifacts))
            taken.append(cut_once(session, sink, method, fingerprint))
    return taken


@pytest.mark.parametrize("number", range(POINTS))
def test_a_copy_restored_to_a_cut_under_load_equals_the_source_at_the_cut(
    points: list[Taken], sandboxes: Sandboxes, number: int
) -> None:
    taken = points[number]
    with restored(sandboxes, taken) as copy, opened(copy) as client:
        compared = compare(taken.at_point, fingerprint(client), 0)
    assert compared.differences == ()
    assert compared.proven == taken.at_point.records


def test_the_cuts_are_of_different_content(points: list[Taken]) -> None:
    """Else the writers stood still and nothing was proven."""
    totals = {tuple(c.buckets for c in taken.at_point.collections) for taken in points}
    assert len(totals) == POINTS


def test_a_table_emptied_after_the_cut_is_still_read_as_it_was(
    target: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    """TRUNCATE is not transactional to an older snapshot: it has to wait for the view."""
    run_sql(target, "DROP TABLE IF EXISTS emptied; CREATE TABLE emptied AS SELECT 1 AS id")
    (tmp_path / "scratch").mkdir()
    method = base_backup.METHOD
    with backing_up(target, sandboxes, method, tmp_path / "scratch") as session:
        session.copy_base(FolderSink(tmp_path))
        with session.prepare() as attempt:
            attempt.take()
            while attempt.settle() is None:
                attempt.take()
            with pytest.raises(Exception, match="lock timeout"):
                run_sql(target, "SET lock_timeout = '100ms'; TRUNCATE emptied")
            with attempt.view() as view:
                prints = {each.name: each for each in fingerprint(view).collections}
    assert prints["emptied"].records == 1
    assert ask(target, "SELECT count(*) FROM emptied") == 1


def test_looking_back_into_the_empty_rest_of_a_switched_segment_is_no_fault(
    target: Target,
    sandboxes: Sandboxes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As servers with `archive_timeout` have them, and every second backup at the same time."""
    monkeypatch.setattr(base_backup, "LOOK_BACK_BYTES", 2**20)
    scratch, pieces = tmp_path / "scratch", tmp_path / "pieces"
    scratch.mkdir()
    with backing_up(target, sandboxes, base_backup.METHOD, scratch) as session:
        sink = FolderSink(pieces)
        session.copy_base(sink)
        run_sql(target, "CREATE TABLE switched AS SELECT 1 AS id")
        ask(target, "SELECT pg_switch_wal()::text")
        run_sql(target, "DROP TABLE switched")
        assert cut_once(session, sink, base_backup.METHOD, fingerprint).cut.exact
