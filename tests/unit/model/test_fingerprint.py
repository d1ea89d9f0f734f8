"""Comparing fingerprints: what must be a difference, and what must not be one."""

from __future__ import annotations

import pytest

from seawall.model.fingerprint import (
    Bucket,
    CollectionPrint,
    Fact,
    Fingerprint,
    Rule,
    compare,
)

NOW = 1_000_000.0


def of(*collections: CollectionPrint, facts: tuple[Fact, ...] = ()) -> Fingerprint:
    return Fingerprint("test/1", "00" * 32, collections, facts)


def orders(records: int = 3, total: str = "aa", header: str = "id integer") -> CollectionPrint:
    return CollectionPrint("orders", header, (Bucket(records, total),))


def sessions(*buckets: Bucket) -> CollectionPrint:
    return CollectionPrint("sessions", "", buckets)


def test_equal_fingerprints_prove_every_record() -> None:
    result = compare(of(orders()), of(orders()), NOW)
    assert result.differences == ()
    assert result.proven == 3


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (of(), "is missing (3 records)"),
        (of(orders(records=0, total="0")), "has 0 records, at the point it had 3"),
        (of(orders(total="bb")), "other content"),
        (of(orders(header="id bigint")), "other fields or types"),
        (of(orders(), sessions(Bucket(1, "cc"))), "was not in the source (1 record)"),
        (of(orders(records=1)), "has 1 record, at the point it had 3"),
    ],
)
def test_every_kind_of_difference_is_named(found: Fingerprint, says: str) -> None:
    (difference, *_) = compare(of(orders()), found, NOW).differences
    assert says in difference


def test_records_that_expired_since_the_point_are_counted_and_raise_no_alarm() -> None:
    gone, alive = Bucket(7, "dd", NOW - 60), Bucket(2, "ee", NOW + 3600)
    result = compare(of(sessions(gone, alive)), of(sessions(alive)), NOW)
    assert result.differences == ()
    assert (result.expired, result.proven) == (7, 2)


def test_a_bucket_that_is_expiring_right_now_is_not_compared() -> None:
    expiring = Bucket(5, "dd", NOW + 30)
    result = compare(of(sessions(expiring)), of(sessions(Bucket(3, "99", NOW + 30))), NOW)
    assert result.differences == ()
    assert result.expired == 5


def test_a_lost_bucket_that_is_still_alive_is_a_difference() -> None:
    result = compare(of(sessions(Bucket(2, "ee", NOW + 3600))), of(sessions()), NOW)
    assert "has 0 records, at the point it had 2" in result.differences[0]


def test_a_sequence_may_be_ahead_and_not_behind() -> None:
    at_point = (Fact("sequence", "orders_id_seq", "41", Rule.AT_LEAST),)
    ahead = (Fact("sequence", "orders_id_seq", "73", Rule.AT_LEAST),)
    assert compare(of(facts=at_point), of(facts=ahead), NOW).differences == ()
    assert "at least 73" in compare(of(facts=ahead), of(facts=at_point), NOW).differences[0]


def test_a_lost_role_and_an_added_one_are_differences() -> None:
    role = (Fact("role", "app", "login"),)
    assert compare(of(facts=role), of(), NOW).differences == ("role app is missing",)
    assert compare(of(), of(facts=role), NOW).differences == ("role app was not in the source",)


def test_fingerprints_by_other_methods_or_keys_are_never_compared() -> None:
    other = Fingerprint("test/2", "00" * 32, ())
    with pytest.raises(ValueError, match="cannot be compared"):
        compare(of(), other, NOW)
