"""What every kind of repository promises: objects are whole or absent, and never overwritten."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from seawall.repository.failures import KeyTakenError, MissingObjectError
from seawall.repository.objects import Objects
from unit.repository.conftest import Seen
from unit.repository.drafts import content_of, in_chunks

PART = 5 * 2**20


@pytest.mark.parametrize("size", [0, 1, 2**20, PART - 1, PART, PART + 1, 3 * PART])
def test_an_object_reads_back_as_it_was_put(objects: Objects, size: int) -> None:
    content = content_of(size)
    objects.put_stream("a/b", in_chunks(content))
    assert b"".join(objects.get_stream("a/b")) == content
    assert objects.size("a/b") == size


def test_keys_are_listed_in_order_and_below_their_prefix_only(objects: Objects) -> None:
    for key in ("b/2", "a/2", "a/10", "ab/1"):
        objects.put_new(key, b"")
    assert objects.list_keys("a/") == ("a/10", "a/2")
    assert objects.list_keys("nothing/") == ()


def test_nothing_stored_is_ever_overwritten(objects: Objects, seen: Seen) -> None:
    objects.put_new("a", b"first")
    with pytest.raises(KeyTakenError):
        objects.put_new("a", b"second")
    with pytest.raises(KeyTakenError):
        objects.put_stream("a", iter([b"third"]))
    assert b"".join(objects.get_stream("a")) == b"first"
    assert seen() == ["a"]


def test_of_many_writers_of_one_key_exactly_one_succeeds(objects: Objects) -> None:
    def put(number: int) -> bool:
        try:
            objects.put_new("manifests/1", b"%d" % number)
        except KeyTakenError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        won = [number for number, did in enumerate(threads.map(put, range(40))) if did]
    assert len(won) == 1
    assert b"".join(objects.get_stream("manifests/1")) == b"%d" % won[0]


@pytest.mark.parametrize("error", [KeyError("mine"), FileNotFoundError("mine"), OSError(28, "no")])
def test_chunks_that_fail_raise_their_own_error_and_leave_nothing(
    objects: Objects, seen: Seen, error: Exception
) -> None:
    def failing() -> Iterator[bytes]:
        yield bytes(PART)
        yield bytes(PART)
        raise error

    with pytest.raises(type(error)) as caught:
        objects.put_stream("a/b", failing())
    assert caught.value is error
    assert seen() == []


def test_a_missing_object_is_named(objects: Objects) -> None:
    for act in (lambda: objects.size("a/b"), lambda: list(objects.get_stream("a/b"))):
        with pytest.raises(MissingObjectError, match=r"a/b.*SW-REPOSITORY-005"):
            act()
