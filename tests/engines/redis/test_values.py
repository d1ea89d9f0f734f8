"""Equal values give equal numbers whatever their encoding, size or server; other values do not."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as some

from engines.redis.lab import KEY, Kind, Lab, find_kinds, fingerprint
from seawall.engines.redis.fingerprint import EXPIRING_FIELDS
from seawall.engines.redis.values import Digest, encode_hash, encode_parts, encode_set
from seawall.model.fingerprint import Fingerprint, compare
from servers.waiting import wait_until

WORDS = some.lists(some.binary(max_size=12), max_size=12)
MEMORY_LIMIT_KB = 150_000
Command = tuple[bytes | str | int | float, ...]


def totals(found: Fingerprint) -> list[str]:
    return [bucket.total for each in found.collections for bucket in each.buckets]


def after(lab: Lab, *commands: Command) -> list[str]:
    lab.clear()
    lab.run(*commands)
    return totals(fingerprint(lab.client))


@given(WORDS, WORDS)
def test_only_equal_parts_have_equal_bytes(one: list[bytes], other: list[bytes]) -> None:
    assert (encode_parts(one) == encode_parts(other)) == (one == other)


@given(some.dictionaries(some.binary(max_size=5), some.binary(max_size=5)), some.randoms())
def test_the_order_in_which_a_hash_or_set_is_told_does_not_matter(
    content: dict[bytes, bytes], random: object
) -> None:
    told = list(content.items())
    random.shuffle(told)  # type: ignore[attr-defined]
    flat = [part for pair in told for part in pair]
    assert encode_hash(flat) == encode_hash([part for pair in content.items() for part in pair])
    assert encode_set([key for key, _ in told]) == encode_set(list(content))


@given(some.lists(some.tuples(some.binary(max_size=9)), max_size=40), some.integers(1, 40))
def test_a_large_value_has_one_digest_however_it_is_read(
    elements: list[tuple[bytes]], step: int
) -> None:
    def digest(step: int, *, is_ordered: bool) -> bytes:
        found = Digest(KEY, is_ordered=is_ordered)
        for at in range(0, len(elements), step):
            found.add(elements[at : at + step])
        return found.finish()

    assert digest(step, is_ordered=True) == digest(40, is_ordered=True)
    assert digest(step, is_ordered=False) == digest(40, is_ordered=False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # The same value, once compact and once as a table, quicklist or skip list.
        (
            [("HSET", "k", "a", "1", "b", "2")],
            [("HSET", "k", "b", "2", "a", "1", "long", "x" * 5000), ("HDEL", "k", "long")],
        ),
        (
            [("SADD", "k", 1, 2, 3)],
            [("SADD", "k", "text", 3, 2, 1), ("SREM", "k", "text")],
        ),
        (
            [("ZADD", "k", 1, "a", 2.5, "b")],
            [("ZADD", "k", 2.5, "b", 1, "a", 3, "x" * 5000), ("ZREM", "k", "x" * 5000)],
        ),
        (
            [("RPUSH", "k", "a", "b")],
            [("RPUSH", "k", "a", "b", "x" * 100_000), ("RPOP", "k")],
        ),
        ([("SET", "k", "12345")], [("SET", "k", "1234"), ("APPEND", "k", "5")]),
        ([("ZADD", "k", "0", "a")], [("ZADD", "k", "-0", "a")]),
    ],
    ids=["hash", "set", "zset", "list", "string", "zero"],
)
def test_equal_values_in_other_encodings_are_equal(
    lab: Lab, one: list[Command], other: list[Command]
) -> None:
    assert after(lab, *one) == after(lab, *other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([("SET", "k", "1")], [("SET", "k", "1.0")]),
        ([("SET", "k", "")], [("SADD", "k", "")]),
        ([("SET", "k", "a")], [("RPUSH", "k", "a")]),
        ([("SADD", "k", "a")], [("RPUSH", "k", "a")]),
        ([("RPUSH", "k", "a", "b")], [("RPUSH", "k", "b", "a")]),
        ([("RPUSH", "k", "a", "b")], [("RPUSH", "k", "ab")]),
        ([("HSET", "k", "a", "b")], [("HSET", "k", "b", "a")]),
        ([("ZADD", "k", 0.1, "a")], [("ZADD", "k", 0.10000000000000002, "a")]),
        ([("SET", "k", "v")], [("SET", "k", "v", "PX", 3_600_000)]),
        ([("XADD", "k", "1-1", "a", "b")], [("XADD", "k", "1-2", "a", "b")]),
        (
            [("XADD", "k", "1-1", "a", "b"), ("XADD", "k", "1-2", "a", "b")],
            [
                ("XADD", "k", "1-1", "a", "b"),
                ("XADD", "k", "1-2", "a", "b"),
                ("XGROUP", "CREATE", "k", "g", "0"),
            ],
        ),
    ],
)
def test_different_values_are_different(lab: Lab, one: list[Command], other: list[Command]) -> None:
    assert after(lab, *one) != after(lab, *other)


def test_the_same_key_in_another_database_is_another_record(lab: Lab) -> None:
    first = after(lab, ("SET", "k", "v"))
    lab.clear()
    with lab.client.open_wire(7) as wire:
        wire.call("SET", "k", "v")
    assert totals(fingerprint(lab.client)) != first


LARGE: dict[str, Callable[[int], list[Command]]] = {
    "hash": lambda turn: [("HSET", "k", *(f"{n}" for n in range(4000)), "last", turn)],
    "set": lambda turn: [("SADD", "k", *range(2000), f"last{turn}")],
    "zset": lambda turn: [("ZADD", "k", *(f"{n}" for n in range(4000)), turn, "last")],
    "list": lambda turn: [("RPUSH", "k", *range(2000), turn)],
    "string": lambda turn: [("SET", "k", "x" * 3_000_000 + f"{turn}")],
    "stream": lambda turn: [
        *(("XADD", "k", f"{n}-1", "field", n) for n in range(1, 700)),
        ("XADD", "k", "9999-1", "field", turn),
        ("XGROUP", "CREATE", "k", "g", "0"),
        ("XREADGROUP", "GROUP", "g", "c", "COUNT", 600, "STREAMS", "k", ">"),
    ],
    "few long elements": lambda turn: [("RPUSH", "k", *["x" * 400_000] * 4, turn)],
    "repeated long names": lambda turn: [
        *(("XADD", "k", f"{n}-1", "n" * 10_000, n) for n in range(1, 300)),
        ("XADD", "k", "9999-1", "n" * 10_000, turn),
    ],
}


@pytest.mark.parametrize("kind", LARGE)
def test_one_element_of_a_large_value_is_seen(lab: Lab, kind: str) -> None:
    first = after(lab, *LARGE[kind](1))
    assert fingerprint(lab.client).records == 1
    assert after(lab, *LARGE[kind](2)) != first


def test_a_large_value_gives_the_same_after_a_restore(lab: Lab) -> None:
    for name, make in LARGE.items():
        for command in make(1):
            place = command.index("k")
            lab.run((*command[:place], f"session:{name}", *command[place + 1 :]))
    taken = lab.back_up()
    with lab.restored(taken) as copy:
        compared = compare(taken.at_point, fingerprint(copy), time.time())
    assert (compared.differences, compared.proven) == ((), len(LARGE))


@pytest.mark.slow
def test_a_hash_of_a_million_fields_takes_little_memory(lab: Lab) -> None:
    with lab.client.wire() as wire:
        for first in range(0, 1_000_000, 10_000):
            fields = [f"{part}-{n}" for n in range(first, first + 10_000) for part in "fv"]
            wire.call("HSET", "session:big", *fields)
    location = lab.target.location
    program = (
        "import re, sys\n"
        "from pathlib import Path\n"
        "from seawall.model.location import Location\n"
        "from seawall.model.target import Target\n"
        "from seawall.engines.redis.client import connect\n"
        "from seawall.engines.redis.fingerprint import RedisFingerprints\n"
        "client = connect(Target('big', Location.parse(sys.stdin.read())))\n"
        "found = RedisFingerprints(client).take(bytes(32))\n"
        # ru_maxrss would be the starting process's: it is handed on over exec.
        "status = Path('/proc/self/status').read_text()\n"
        "print(found.records, re.search(r'VmHWM:\\s+(\\d+)', status)[1])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=location.url(),
        capture_output=True,
        text=True,
        check=True,
    )
    records, memory_kb = map(int, done.stdout.split())
    assert records == 1
    assert memory_kb < MEMORY_LIMIT_KB


def test_expiring_fields_are_proven_apart_from_their_hash(lab: Lab) -> None:
    if not lab.client.server.has_field_times:
        pytest.skip("this server's hash fields do not expire")
    later = int(time.time() * 1000) + 7_200_000
    lab.run(
        ("HSET", "session:1", "a", 1, "b", 2, "c", 3),
        ("HPEXPIREAT", "session:1", later, "FIELDS", 2, "a", "b"),
        ("HSET", "session:2", "only", 1),
        ("HPEXPIREAT", "session:2", later, "FIELDS", 1, "only"),
        ("HSET", "session:3", "gone", 1, "stays", 1),
        ("HPEXPIRE", "session:3", 1, "FIELDS", 1, "gone"),
        ("HSET", "session:big", *range(4000)),
        ("HPEXPIREAT", "session:big", later, "FIELDS", 1, 2),
    )
    wait_until(lambda: lab.client.call("HGET", "session:3", "gone") is None)
    taken = lab.back_up(lambda: lab.run(("HPEXPIREAT", "session:1", later + 1, "FIELDS", 1, "b")))
    counts = {each.name: each.records for each in taken.at_point.collections}
    assert (counts["session"], counts[EXPIRING_FIELDS]) == (4, 4)
    with lab.restored(taken) as copy:
        found = fingerprint(copy)
    assert compare(taken.at_point, found, time.time()).differences == ()
    # Two hours later the fields have expired, and nothing else is missed.
    compared = compare(taken.at_point, found, later / 1000 + 120)
    assert (compared.differences, compared.proven, compared.expired) == ((), 3, 5)


def other_kinds(kind: Kind) -> list[Kind]:
    kinds = find_kinds().values()
    return [each for each in kinds if each.engine.name == "valkey" != kind.engine.name]


def test_a_copy_on_another_product_is_equal_where_it_reads_the_format(lab: Lab) -> None:
    if lab.kind.engine.name != "redis" or lab.kind.release > (7, 2):
        pytest.skip("only Redis up to 7.2 is read by another product")
    lab.run(*(command for make in LARGE.values() for command in make(1)[:1] if "HSET" in command))
    lab.run(("ZADD", "session:scores", 0.1, "a", "1e300", "b"), ("SET", "session:1", "x"))
    taken = lab.back_up()
    for kind in other_kinds(lab.kind):
        with lab.restored(taken, kind) as copy:
            compared = compare(taken.at_point, fingerprint(copy), time.time())
        assert compared.differences == ()
        assert compared.proven >= 3
