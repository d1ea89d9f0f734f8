"""Faults planted before any hash is made: every byte is what the manifest says, and wrong."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from engines.redis.lab import Lab, Taken, fingerprint
from seawall.engines.redis.replication import encode_command
from seawall.errors import FindingsError
from seawall.model.fingerprint import compare

RDB_END = 9  # the end mark and an eight-byte checksum; all zero: not checked


def differences(lab: Lab, taken: Taken) -> tuple[str, ...]:
    with lab.restored(taken) as copy:
        return compare(taken.at_point, fingerprint(copy), time.time()).differences


@pytest.fixture
def taken(lab: Lab) -> Taken:
    lab.run(
        *(("SET", f"session:{number}", f"needle-{number:04}") for number in range(200)),
        ("RPUSH", "queue:jobs", "a", "b", "c"),
        ("HSET", "order:eu:1", "total", "10.00", "state", "open"),
    )

    def write_on() -> None:
        lab.run(
            *(("SET", f"session:{number}", f"later-{number:04}") for number in range(50)),
            ("HSET", "order:eu:1", "state", "paid"),
            ("DEL", "session:199"),
        )

    return lab.back_up(before_cut=write_on)


def test_without_a_fault_nothing_differs(lab: Lab, taken: Taken, tmp_path: Path) -> None:
    assert lab.find_log_faults(taken, tmp_path) == ()
    assert differences(lab, taken) == ()


@pytest.mark.streamed
def test_a_key_space_of_a_moment_earlier_is_caught(lab: Lab, taken: Taken, tmp_path: Path) -> None:
    stream = taken.pieces.content["stream.aof"]
    last = stream.rfind(encode_command("DEL", "session:199"))
    offset = int(dict(taken.details)["base_offset"]) + last
    earlier = taken.cut_at(offset)
    assert lab.find_log_faults(earlier, tmp_path) == ()
    (difference,) = differences(lab, earlier)
    assert difference == "collection session has 200 records, at the point it had 199"


@pytest.mark.streamed
def test_one_command_replaced_by_a_ping_of_the_same_length_is_caught(
    lab: Lab, taken: Taken, tmp_path: Path
) -> None:
    stream = taken.pieces.content["stream.aof"]
    lost = encode_command("HSET", "order:eu:1", "state", "paid")
    frame = len(encode_command("PING", b"x" * 20)) - 20
    ping = encode_command("PING", b"x" * (len(lost) - frame))
    assert stream.count(lost) == 1
    assert len(ping) == len(lost)
    damaged = taken.with_piece("stream.aof", stream.replace(lost, ping))
    assert lab.find_log_faults(damaged, tmp_path) == ()
    (difference,) = differences(lab, damaged)
    assert difference.startswith("collection order has the same 1 record in number")


def test_a_changed_value_in_a_payload_without_a_checksum_is_caught(lab: Lab, taken: Taken) -> None:
    base = taken.pieces.content["dump.rdb"]
    assert base.count(b"needle-0123") == 1
    changed = base.replace(b"needle-0123", b"needle-9123")[: -RDB_END + 1] + bytes(RDB_END - 1)
    (difference,) = differences(lab, taken.with_piece("dump.rdb", changed))
    assert difference.startswith("collection session has the same 199 records in number")


@pytest.mark.streamed
def test_two_values_exchanged_between_two_keys_are_caught(lab: Lab, taken: Taken) -> None:
    stream = taken.pieces.content["stream.aof"]
    swapped = (
        stream.replace(b"later-0007", b"later-xxxx")
        .replace(b"later-0008", b"later-0007")
        .replace(b"later-xxxx", b"later-0008")
    )
    assert len(differences(lab, taken.with_piece("stream.aof", swapped))) == 1


@pytest.mark.streamed
def test_a_changed_expiry_is_caught(lab: Lab) -> None:
    later = int(time.time() * 1000) + 3_600_000
    lab.run(("SET", "session:1", "x"))
    taken = lab.back_up(lambda: lab.run(("PEXPIREAT", "session:1", later)))
    stream = taken.pieces.content["stream.aof"]
    damaged = stream.replace(b"%d" % later, b"%d" % (later + 1))
    assert damaged != stream
    assert differences(lab, taken.with_piece("stream.aof", damaged))


@pytest.mark.streamed
@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda stream: stream[:-1], "bytes, but"),
        (lambda stream: stream[:-1] + b"x", "holds no command at byte"),
        (lambda stream: stream + encode_command("PING"), "bytes, but"),
        (lambda _: b"", "bytes, but"),
        (lambda stream: bytes(len(stream)), "holds no command at byte 0"),
        (lambda stream: stream.replace(b"$3\r\nDEL", b"$4\r\nDEL"), "holds no command"),
    ],
)
def test_a_damaged_stream_is_a_fault_of_the_log(
    lab: Lab, taken: Taken, tmp_path: Path, damage: object, fault: str
) -> None:
    assert callable(damage)
    content = damage(taken.pieces.content["stream.aof"])
    faults = lab.find_log_faults(taken.with_piece("stream.aof", content), tmp_path)
    assert any(fault in each for each in faults)


@pytest.mark.streamed
def test_a_stream_that_does_not_lead_to_the_cut_is_not_restored(lab: Lab, taken: Taken) -> None:
    stream = taken.pieces.content["stream.aof"][:-30]
    with (
        pytest.raises(FindingsError, match="SW-REDIS-010"),
        lab.restored(taken.with_piece("stream.aof", stream)),
    ):
        pass


def test_an_older_base_under_a_newer_name_is_not_restored(lab: Lab, taken: Taken) -> None:
    lab.run(("SET", "session:1", "newer"))
    newer = lab.back_up()
    older = newer.with_piece("dump.rdb", taken.pieces.content["dump.rdb"])
    with pytest.raises(FindingsError, match="SW-REDIS-010"), lab.restored(older):
        pass
