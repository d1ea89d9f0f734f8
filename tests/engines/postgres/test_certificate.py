"""The certificate as a pure function: a proof that a place restores what a snapshot sees."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seawall.engines.postgres.certificate import Commit, Snapshot, certify, is_in_doubt
from seawall.engines.postgres.commits import parse_commit


def seen(*transactions: int) -> Snapshot:
    """A snapshot that sees just these of the transactions 10 to 19."""
    return Snapshot(10, 20, frozenset(range(10, 20)) - frozenset(transactions))


def log(*transactions: int) -> list[Commit]:
    return [Commit(each, 100 * place) for place, each in enumerate(transactions, 1)]


def test_a_snapshot_is_read_as_the_server_writes_it() -> None:
    assert Snapshot.parse("10:20:10,14") == Snapshot(10, 20, frozenset({10, 14}))
    assert Snapshot.parse("20:20:") == Snapshot(20, 20, frozenset())


def test_visible_are_the_ended_before_xmax_that_do_not_run() -> None:
    snapshot = Snapshot.parse("10:20:10,14")
    assert [each for each in (9, 10, 13, 14, 19, 20, 21) if snapshot.sees(each)] == [9, 13, 19]


def test_when_all_commits_are_visible_the_log_is_replayed_to_the_end() -> None:
    assert certify(seen(11, 12), log(11, 12), 1000) == 1000


def test_without_commits_the_log_is_replayed_to_the_end() -> None:
    assert certify(seen(), [], 1000) == 1000


def test_recovery_stops_before_the_first_commit_that_is_not_visible() -> None:
    assert certify(seen(11), log(11, 12, 13), 1000) == 200


def test_a_visible_commit_after_an_invisible_one_has_no_place_that_restores_it() -> None:
    assert certify(seen(11, 13), log(11, 12, 13), 1000) is None


def test_the_epoch_of_a_number_in_the_log_is_the_nearest_to_the_snapshot() -> None:
    snapshot = Snapshot(2**32 + 5, 2**32 + 10, frozenset())
    assert snapshot.with_epoch(7) == 2**32 + 7
    assert snapshot.with_epoch(2**32 - 3) == 2**32 - 3
    assert Snapshot(2**32 - 9, 2**32 - 2, frozenset()).with_epoch(3) == 2**32 + 3


def test_a_transaction_that_ran_before_the_backup_is_in_doubt_where_commits_wait() -> None:
    assert is_in_doubt(Snapshot.parse("12:30:12,28"), 15)
    assert not is_in_doubt(Snapshot.parse("20:30:20,28"), 15)
    assert not is_in_doubt(Snapshot.parse("12:30:12,28"), 0)


@given(
    order=st.permutations(range(10, 20)),
    visible=st.sets(st.integers(10, 19)),
    length=st.integers(0, 10),
)
def test_a_certified_place_restores_exactly_what_the_snapshot_sees(
    order: list[int], visible: set[int], length: int
) -> None:
    commits = log(*order[:length])
    snapshot = seen(*visible)
    stop = certify(snapshot, commits, 5000)
    want = {each.transaction for each in commits if snapshot.sees(each.transaction)}
    places = [commit.place for commit in commits] + [5000]
    exact = [
        place
        for place in places
        if {commit.transaction for commit in commits if commit.place < place} == want
    ]
    assert (stop in exact) if exact else (stop is None)


def test_commits_are_read_from_pg_waldump() -> None:
    plain = (
        b"rmgr: Transaction len (rec/tot):     34/    34, tx:        745, lsn: 0/0154B868, "
        b"prev 0/0154B830, desc: COMMIT 2026-11-21 04:00:00.000000 UTC"
    )
    prepared = (
        b"rmgr: Transaction len (rec/tot):     82/    82, tx:          0, lsn: 16/B374D848, "
        b"prev 16/B374D800, desc: COMMIT_PREPARED 746: 2026-11-21 04:00:00.0 UTC"
    )
    assert parse_commit(plain) == Commit(745, 0x154B868)
    assert parse_commit(prepared) == Commit(746, 0x16_B374D848)


def test_aborts_and_prepares_are_no_commits() -> None:
    for desc in (b"ABORT 2026-11-21", b"PREPARE gid both: 2026", b"ASSIGNMENT xtop 745: subxacts"):
        line = b"rmgr: Transaction len (rec/tot): 34/34, tx: 745, lsn: 0/1, prev 0/0, desc: " + desc
        assert parse_commit(line) is None
