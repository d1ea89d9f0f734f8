"""What a store's backup writes, and that it is read back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from seawall.errors import FindingsError, SeawallError
from seawall.model.artifact import Role
from seawall.repository.objects import Objects
from seawall.repository.sink import ArtifactSink, read_back
from unit.repository.conftest import Key
from unit.repository.drafts import SHOP, store_pieces


def test_a_key_says_whether_its_object_is_encrypted(objects: Objects, key: Key) -> None:
    clear = ArtifactSink(objects, "b-1", "orders", ()).write("base.tar", Role.BASE, [b"x"])
    sealed = ArtifactSink(objects, "b-2", "orders", (key.recipient,)).write(
        "log/0001", Role.LOG, [b"x"]
    )
    assert clear.key == "artifacts/b-1/orders/base.tar.zst"
    assert sealed.key == "artifacts/b-2/orders/log/0001.zst.age"


def test_pieces_are_kept_in_the_order_in_which_they_were_stored(objects: Objects) -> None:
    sink = ArtifactSink(objects, "b-1", "orders", ())
    written = tuple(sink.write(name, Role.LOG, [b"x"]) for name in ("z", "a", "m"))
    assert sink.artifacts == written


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../x", "/x", "x/", "a//b", ".hidden", "a/.b", "a b", "a#1", "a~b", "ü", "a\n",
     "x.zst/y", "x.age/y", "x" * 121],
)  # fmt: skip
def test_a_name_that_could_hurt_other_keys_is_refused(objects: Objects, name: str) -> None:
    with pytest.raises(SeawallError, match="SW-REPOSITORY-012"):
        ArtifactSink(objects, "b-1", "orders", ()).write(name, Role.BASE, [b"x"])
    assert objects.list_keys("") == ()


def test_a_name_of_the_greatest_length_can_be_stored(objects: Objects, key: Key) -> None:
    sink = ArtifactSink(objects, "b-20261121-041530-7f3a", "s" * 40, (key.recipient,))
    read_back(objects, [sink.write("x" * 120, Role.BASE, [b"x"])])


def test_a_name_is_given_once(objects: Objects) -> None:
    sink = ArtifactSink(objects, "b-1", "orders", ())
    sink.write("base.tar", Role.BASE, [b"x"])
    with pytest.raises(SeawallError, match="SW-REPOSITORY-012"):
        sink.write("base.tar", Role.BASE, [b"y"])


def test_a_piece_that_failed_is_not_among_the_artifacts(objects: Objects) -> None:
    def failing() -> Iterator[bytes]:
        yield b"x"
        raise OSError

    sink = ArtifactSink(objects, "b-1", "orders", ())
    with pytest.raises(OSError):  # noqa: PT011
        sink.write("base.tar", Role.BASE, failing())
    assert sink.artifacts == ()
    assert objects.list_keys("") == ()


def test_a_storage_that_did_not_keep_a_byte_is_noticed_when_reading_back(
    objects: Objects, folder: Path
) -> None:
    (first, second) = store_pieces(objects, "b-1", SHOP)["orders"]
    read_back(objects, [first, second])
    path = folder / second.key
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(FindingsError, match=r"log/0001.*has changed.*SW-REPOSITORY-006"):
        read_back(objects, [first, second])
