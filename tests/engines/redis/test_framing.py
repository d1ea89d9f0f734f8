"""The replication protocol's framing, whatever the pieces in which the bytes arrive."""

from __future__ import annotations

import socket
import threading

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from seawall.engines.redis.gate import greet_replica
from seawall.engines.redis.rdb import RdbHead, read_head
from seawall.engines.redis.replication import CommandScanner, FullSync, encode_command
from seawall.errors import RefusedError

MARK = b"0123456789abcdef0123456789abcdef01234567"
REPLY = b"\n\n+FULLRESYNC 8de1787ba490483314a4d30f1c628bc5025eb761 4711\r\n\n"

cuts = some.lists(some.integers(1, 50), min_size=1, max_size=80)
commands = some.lists(
    some.lists(some.binary(max_size=90), min_size=1, max_size=4).filter(
        lambda words: words[0].upper() not in {b"MULTI", b"EXEC", b"DISCARD"}
    ),
    max_size=12,
)


def pieces_of(data: bytes, sizes: list[int]) -> list[bytes]:
    pieces: list[bytes] = []
    while data:
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(data[:size])
        data = data[size:]
    return pieces


def split(data: bytes, sizes: list[int]) -> tuple[FullSync, bytes, bytes]:
    sync = FullSync()
    payload = stream = b""
    for piece in pieces_of(data, sizes):
        one, other = sync.feed(piece)
        payload += one
        stream += other
    return sync, payload, stream


@given(some.binary(max_size=200), some.binary(max_size=90), cuts)
def test_a_payload_framed_by_its_length_is_split_from_the_stream(
    payload: bytes, stream: bytes, sizes: list[int]
) -> None:
    data = REPLY + b"$%d\r\n" % len(payload) + payload + stream
    sync, found, rest = split(data, sizes)
    if not stream and not payload:
        return
    assert (sync.offset, sync.is_complete) == (4711, True)
    assert (found, rest) == (payload, stream)


@given(some.binary(max_size=200), some.binary(max_size=90), cuts)
def test_a_payload_framed_by_an_end_mark_is_split_from_the_stream(
    payload: bytes, stream: bytes, sizes: list[int]
) -> None:
    # Beginnings of the mark inside the payload must not be taken for it.
    payload = MARK[:39] + payload + MARK[:20]
    # A server draws the mark at random: the payload does not hold it, nor complete it early.
    assume((payload + MARK).index(MARK) == len(payload))
    sync, found, rest = split(REPLY + b"$EOF:" + MARK + b"\r\n" + payload + MARK + stream, sizes)
    assert (sync.replication_id[:4], sync.is_complete) == ("8de1", True)
    assert (found, rest) == (payload, stream)


@pytest.mark.parametrize(
    "answer",
    [
        b"-NOMASTERLINK Can't SYNC while not connected with my master\r\n",
        b"+CONTINUE\r\n",
        REPLY + b"-ERR no\r\n",
        b"x" * 5000,
    ],
)
def test_any_other_answer_is_refused(answer: bytes) -> None:
    with pytest.raises(RefusedError) as caught:
        FullSync().feed(answer)
    assert caught.value.code == "SW-REDIS-004"


@given(commands, cuts)
def test_whole_commands_are_counted_however_they_arrive(
    words: list[list[bytes]], sizes: list[int]
) -> None:
    scanner = CommandScanner()
    for piece in pieces_of(b"".join(encode_command(*each) for each in words), sizes):
        scanner.feed(piece)
    assert (scanner.describe_end(), scanner.commands) == ("", len(words))


@given(commands.filter(len), some.data(), cuts)
def test_a_torn_command_is_noticed_wherever_it_is_torn(
    words: list[list[bytes]], data: some.DataObject, sizes: list[int]
) -> None:
    ends = [0]
    for each in words:
        ends.append(ends[-1] + len(encode_command(*each)))
    torn = data.draw(some.integers(1, ends[-1]).filter(lambda at: at not in ends))
    scanner = CommandScanner()
    for piece in pieces_of(b"".join(encode_command(*each) for each in words)[:torn], sizes):
        scanner.feed(piece)
    assert "ends inside a command" in scanner.describe_end()
    assert scanner.commands == sum(end <= torn for end in ends[1:])


def test_an_open_transaction_is_no_end() -> None:
    scanner = CommandScanner()
    scanner.feed(encode_command("multi") + encode_command("SET", "a", "1"))
    assert "inside a transaction" in scanner.describe_end()
    scanner.feed(encode_command("EXEC"))
    assert scanner.describe_end() == ""


@pytest.mark.parametrize("damage", [b"SET a 1\r\n", b"*0\r\n", b"*1\r\n$3\r\nabcd\r\n", b"*x\r\n"])
def test_what_is_no_command_is_named_with_its_place(damage: bytes) -> None:
    scanner = CommandScanner()
    scanner.feed(encode_command("PING"))
    scanner.feed(damage + b" " * 100)
    assert scanner.describe_end().startswith("holds no command at byte ")


def test_a_large_word_is_skipped_and_not_kept() -> None:
    scanner = CommandScanner()
    command = encode_command("SET", "key", b"x" * 10_000_000)
    for at in range(0, len(command), 1000):
        scanner.feed(command[at : at + 1000])
        assert len(scanner._rest) < 2000
    assert (scanner.commands, scanner.describe_end()) == (1, "")


def test_the_head_of_a_payload_tells_its_origin() -> None:
    head = (
        b"VALKEY080\xfa\x0avalkey-ver\x059.1.2\xfa\x0aredis-bits\xc0@\xfa\x05ctime\xc2i4\x00h"
        b"\xfa\x0erepl-stream-db\xc0\x03\xfa\x07repl-id(" + b"a" * 40
    )
    head += b"\xfa\x0brepl-offset\xc1\x67\x12\xfe\x00"
    assert read_head(head) == RdbHead(80, "a" * 40, 4711, 3)


@given(some.binary(max_size=80))
def test_no_bytes_upset_the_reading_of_a_head(data: bytes) -> None:
    assert read_head(data).version == 0
    assert read_head(b"REDIS0011" + data).version == 11


@pytest.mark.parametrize(
    "said",
    [
        encode_command("AUTH", "wrong"),
        encode_command("AUTH"),
        b"GET / HTTP/1.1\r\n\r\n",
        b"*99999999\r\n",
        encode_command("PING") + b"*0\r\n",
    ],
)
def test_only_our_replica_gets_through_the_gate(said: bytes) -> None:
    outside, inside = socket.socketpair()
    with outside, inside:
        outside.sendall(said)
        with pytest.raises(ValueError, match="somebody else"):
            greet_replica(inside, "right")


def test_our_replica_is_let_through_after_its_password() -> None:
    outside, inside = socket.socketpair()
    with outside, inside:
        greeting = threading.Thread(target=greet_replica, args=(inside, "right"))
        greeting.start()
        answers = outside.makefile("rb")
        for words, answer in (
            (("PING",), b"-NOAUTH"),
            (("REPLCONF", "capa", "eof"), b"-NOAUTH"),
            (("PSYNC", "?", "-1"), b"-NOAUTH"),
            (("AUTH", "default", "right"), b"+OK"),
            (("PING",), b"+PONG"),
            (("REPLCONF", "listening-port", "1"), b"+OK"),
        ):
            outside.sendall(encode_command(*words))
            assert answers.readline().startswith(answer)
        outside.sendall(encode_command("PSYNC", "?", "-1"))
        greeting.join(10)
        assert not greeting.is_alive()
        answers.close()
