"""What is read at the cut is what the restored copy holds: the heart of it, under load."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engines.redis.lab import Lab, Pieces, Taken, fingerprint, writers
from seawall.capabilities import BACKUP, FENCE
from seawall.model.fingerprint import Fingerprint, compare
from servers.waiting import wait_until

POINTS = 5


def prove(lab: Lab, taken: Taken, least: int) -> None:
    with lab.restored(taken) as copy:
        compared = compare(taken.at_point, fingerprint(copy), time.time())
    assert compared.differences == ()
    assert compared.proven >= least


def test_a_copy_restored_to_each_of_several_points_equals_the_source_there(
    lab: Lab, tmp_path: Path
) -> None:
    with writers(lab):
        points = [lab.back_up() for _ in range(POINTS)]
    assert len({point.cut.position for point in points}) == POINTS
    assert all(point.cut.exact for point in points)
    for point in points:
        assert lab.find_log_faults(point, tmp_path) == ()
        prove(lab, point, least=500)


@pytest.mark.streamed  # before 7.0 the script that reads counts as a writer, and is held too
def test_a_point_taken_in_a_hold_is_the_content_that_the_held_server_shows(lab: Lab) -> None:
    held: list[Fingerprint] = []

    def hold(take: Callable[[], None]) -> None:
        fence = lab.kind.engine.require(FENCE, lab.client)
        with fence.prepare() as prepared, prepared.hold(60_000):
            take()
            held.append(fingerprint(lab.client))

    with writers(lab):
        taken = lab.back_up(take=hold)
    compared = compare(held[0], taken.at_point, time.time())
    assert compared.differences == ()
    assert compared.proven >= 500
    prove(lab, taken, least=500)


def test_a_retried_attempt_cuts_at_a_later_point_over_the_same_replica(lab: Lab) -> None:
    lab.run(("SET", "session:1", "first"))
    pieces = Pieces()
    with lab.session() as session:
        session.copy_base(pieces)
        with session.prepare() as given_up:
            given_up.take()
            assert given_up.settle()
        lab.run(("SET", "session:1", "second"), ("SET", "session:2", "new"))
        with session.prepare() as attempt:
            attempt.take()
            cut = attempt.settle()
            assert cut
            session.copy_to(cut, pieces)
            with attempt.view() as view:
                assert view.call("GET", "session:1") == b"second"
                at_point = fingerprint(view)
        method = lab.kind.engine.choose(BACKUP, lab.client).method
        taken = Taken(pieces, cut, session.details(), at_point, method)
    prove(lab, taken, least=2)


def test_a_source_that_is_a_replica_is_copied_into_the_right_databases(lab: Lab) -> None:
    """Its stream goes on in the database of its primary's last command, without naming it."""
    home = lab.home / f"replica-{lab.kind.name}"
    home.mkdir()
    home.chmod(0o711)
    replica = Lab(lab.kind, home)
    with lab.client.open_wire(3) as third:
        third.call("SET", "session:before", "x")
        password = lab.target.location.password.reveal()
        replica.run(
            ("CONFIG", "SET", "masterauth", password),
            ("REPLICAOF", "127.0.0.1", lab.target.location.port),
        )
        wait_until(lambda: replica.client.info("replication").get("master_link_status") == "up")
        third.call("SET", "session:attached", "x")

        def write_on() -> None:
            third.call("SET", "session:after", "x")
            written = lab.client.info("replication")["master_repl_offset"]
            wait_until(lambda: replica.client.info("replication")["slave_repl_offset"] == written)

        taken = replica.back_up(write_on)
    with replica.restored(taken) as copy:
        assert compare(taken.at_point, fingerprint(copy), time.time()).differences == ()
        with copy.open_wire(3) as there:
            assert there.call("GET", "session:after") == b"x"
    replica.close()
    wait_until(lambda: lab.client.info("replication")["connected_slaves"] == "0")


@pytest.mark.streamed
def test_questions_to_replicas_in_the_stream_are_recorded_and_replayed(lab: Lab) -> None:
    def ask() -> None:
        lab.run(("SET", "session:1", "x"), ("WAIT", 1, 2000), ("PUBLISH", "channel", "text"))
        # The server asks its replicas for their offsets in the stream itself.
        lab.run(("SET", "session:2", "x"), ("WAIT", 9, 1))

    taken = lab.back_up(ask)
    assert b"GETACK" in taken.pieces.content["stream.aof"]
    prove(lab, taken, least=2)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_forty_points_under_load_are_all_exact(lab: Lab) -> None:
    with writers(lab):
        for _ in range(40):
            prove(lab, lab.back_up(), least=500)
