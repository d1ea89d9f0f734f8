"""Records with a time to live: never a false alarm, never lost, never kept longer."""

from __future__ import annotations

import time

import pytest

from engines.redis.lab import Lab, fingerprint
from seawall.model.fingerprint import compare
from servers.waiting import wait_until

HOUR_MS = 3_600_000
DAY_SECONDS = 86_400


def test_records_that_expired_between_point_and_drill_are_counted_and_no_alarm(lab: Lab) -> None:
    lab.run(
        ("SET", "session:stays", "x"),
        ("SET", "session:hour", "x", "PX", HOUR_MS),
        *(("SET", f"session:{n}", "x", "PX", 300 + n) for n in range(50)),
    )
    taken = lab.back_up()
    wait_until(lambda: lab.client.call("DBSIZE") == 2, "the short ones expire")
    with lab.restored(taken) as copy:
        compared = compare(taken.at_point, fingerprint(copy), time.time())
    assert compared.differences == ()
    assert compared.proven == 2
    assert compared.expired == taken.at_point.records - 2


def test_a_drill_three_days_later_misses_no_expired_session(lab: Lab) -> None:
    now = int(time.time() * 1000)
    lab.run(
        *(("SET", f"session:{n}", "x", "PXAT", now + n * HOUR_MS) for n in range(1, 100)),
        ("SET", "session:stays", "x"),
    )
    taken = lab.back_up()
    # Three days later: the copy then holds only what has not expired by then.
    lab.run(*(("DEL", f"session:{n}") for n in range(1, 73)))
    found = fingerprint(lab.client)
    three_days_later = now / 1000 + 3 * DAY_SECONDS + 5
    compared = compare(taken.at_point, found, three_days_later)
    assert compared.differences == ()
    assert (compared.proven, compared.expired) == (28, 72)


def test_a_key_that_was_kept_from_expiring_survives_a_restore_after_its_old_expiry(
    lab: Lab,
) -> None:
    lab.run(("SET", "session:kept", "x", "PX", 1500), ("SET", "session:hash", "x", "PX", 1500))
    old_expiry = time.time() + 1.5
    taken = lab.back_up(
        lambda: lab.run(("PERSIST", "session:kept"), ("PEXPIRE", "session:hash", HOUR_MS))
    )
    wait_until(lambda: time.time() > old_expiry)
    with lab.restored(taken) as copy:
        assert copy.call("GET", "session:kept") == b"x"
        assert copy.call("PTTL", "session:hash") > 0
        assert compare(taken.at_point, fingerprint(copy), time.time()).proven == 2


def test_the_copy_itself_expires_nothing(lab: Lab) -> None:
    ends = int(time.time() * 1000) + 4000
    lab.run(*(("SET", f"session:{n}", "x", "PXAT", ends) for n in range(100)))
    taken = lab.back_up()
    wait_until(lambda: lab.client.call("DBSIZE") == 0, "the source has expired them")
    with lab.restored(taken) as copy:
        assert copy.call("DBSIZE") == 100
        assert copy.call("GET", "session:1") is None


@pytest.mark.streamed
def test_absolute_expiry_survives_to_the_millisecond(lab: Lab) -> None:
    later = int(time.time() * 1000) + HOUR_MS
    lab.run(("SET", "session:base", "x", "PXAT", later))
    taken = lab.back_up(
        lambda: lab.run(
            ("SET", "session:1", "x", "EX", 5000),
            ("PSETEX", "session:2", 5_000_000, "x"),
            ("SET", "session:3", "x"),
            ("EXPIRE", "session:3", 5000),
            ("GETEX", "session:3", "PX", 6_000_000),
        )
    )
    names = ("base", "1", "2", "3")
    there = [lab.client.call("PEXPIRETIME", f"session:{name}") for name in names]
    with lab.restored(taken) as copy:
        found = [copy.call("PEXPIRETIME", f"session:{name}") for name in names]
    assert found == there
    assert found[0] == later
