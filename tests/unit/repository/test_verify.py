"""Damage: whatever happens to a stored byte is found without the key, and when it is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faults.objects import FaultyObjects
from seawall.errors import FindingsError, RefusedError
from seawall.repository import catalog
from seawall.repository.objects import Objects, create_objects
from seawall.repository.pieces import StoredPieces
from seawall.repository.verify import remove_leftovers, verify_repository
from unit.repository.conftest import Key
from unit.repository.drafts import SHOP, Contents, back_up, content_of, store_pieces

SEALED: Contents = {
    "orders": {"base.tar": content_of(3_000_000), "log/0001": content_of(70_000)},
    "sessions": {"base.rdb": b""},
}


def truncate(path: Path, _: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def halve(path: Path, _: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def append(path: Path, _: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def flip(path: Path, _: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) * 2 // 3] ^= 0x10
    path.write_bytes(content)


def empty(path: Path, _: Path) -> None:
    path.write_bytes(b"")


def zero(path: Path, _: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def remove(path: Path, _: Path) -> None:
    path.unlink()


def swap(path: Path, other: Path) -> None:
    mine, its = path.read_bytes(), other.read_bytes()
    path.write_bytes(its)
    other.write_bytes(mine)


DAMAGES: dict[Callable[[Path, Path], None], str] = {
    truncate: "is truncated",
    halve: "is truncated",
    append: "is too long",
    flip: "has changed",
    empty: "is truncated",
    zero: "has changed",
    remove: "is missing",
    swap: "is t",  # too long or truncated
}


@pytest.mark.parametrize("is_encrypted", [True, False])
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damage_is_found_without_the_key_and_when_reading(
    objects: Objects,
    folder: Path,
    key: Key,
    damage: Callable[[Path, Path], None],
    is_encrypted: bool,
) -> None:
    recipients = (key.recipient,) if is_encrypted else ()
    identity = key.identity if is_encrypted else ""
    part, other = back_up(objects, "b-1", SEALED, recipients).stores
    base, log = part.artifacts
    damage(folder / base.key, folder / log.key)

    faults = verify_repository(objects).faults
    assert faults
    assert base.key in faults[0]
    assert DAMAGES[damage] in faults[0]
    with pytest.raises(FindingsError, match="SW-REPOSITORY-004") as caught:
        list(StoredPieces(objects, part.artifacts, identity).read("base.tar"))
    assert "orders/base.tar" in str(caught.value)
    assert DAMAGES[damage] in caught.value.happened
    assert b"".join(StoredPieces(objects, other.artifacts, identity).read("base.rdb")) == b""


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("any-bit") / "repository"
    objects = create_objects(str(folder))
    back_up(objects, "b-1", {"orders": {"base.tar": content_of(9000)}})
    back_up(objects, "b-2", {"orders": {"base.tar": content_of(700)}})
    return folder


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), which=st.integers(0, 2))
def test_any_flipped_bit_of_a_piece_or_of_a_manifest_with_a_successor_is_found(
    stored: Path, where: float, bit: int, which: int
) -> None:
    path = (
        stored
        / (
            "artifacts/b-1/orders/base.tar.zst",
            "artifacts/b-2/orders/base.tar.zst",
            "manifests/00000001.json",
        )[which]
    )
    before = path.read_bytes()
    content = bytearray(before)
    content[int(where * len(content))] ^= 1 << bit
    path.write_bytes(content)
    try:
        assert verify_repository(create_objects(str(stored))).faults
    finally:
        path.write_bytes(before)
    assert verify_repository(create_objects(str(stored))).faults == ()


def test_a_wrong_key_is_told_from_damage(objects: Objects, key: Key, other_key: Key) -> None:
    part, _ = back_up(objects, "b-1", SEALED, (key.recipient,)).stores
    with pytest.raises(FindingsError, match=r"the identity is not one.*SW-REPOSITORY-004"):
        list(StoredPieces(objects, part.artifacts, other_key.identity).read("base.tar"))
    with pytest.raises(FindingsError, match=r"no identity was given.*SW-REPOSITORY-004"):
        list(StoredPieces(objects, part.artifacts, "").read("base.tar"))


def test_content_that_was_swapped_before_it_was_hashed_is_found_when_reading(
    objects: Objects, key: Key
) -> None:
    """The stored hash is right: only the plain one can tell."""
    manifest = back_up(objects, "b-1", SEALED, (key.recipient,))
    base, log = manifest.stores[0].artifacts
    forged = type(base)(
        name=base.name,
        role=base.role,
        key=log.key,
        plain_bytes=base.plain_bytes,
        plain_hash=base.plain_hash,
        stored_bytes=log.stored_bytes,
        stored_hash=log.stored_hash,
    )
    with pytest.raises(FindingsError, match=r"holds other content.*SW-REPOSITORY-004"):
        list(StoredPieces(objects, (forged,), key.identity).read("base.tar"))


def test_a_piece_that_no_manifest_names_cannot_be_read(objects: Objects) -> None:
    with pytest.raises(FindingsError, match=r"names no such piece.*SW-REPOSITORY-004"):
        list(StoredPieces(objects, (), "").read("base.tar"))


def test_a_whole_repository_has_no_faults_and_is_read_once(objects: Objects) -> None:
    manifests = [back_up(objects, name) for name in ("b-1", "b-2")]
    watched = FaultyObjects(objects)
    integrity = verify_repository(watched)
    artifacts = [each for held in manifests for each in catalog.all_artifacts(held)]
    assert integrity.faults == integrity.leftovers == ()
    assert (integrity.backups, integrity.objects) == (2, 6)
    assert integrity.bytes == sum(each.stored_bytes for each in artifacts)
    for artifact in artifacts:
        assert watched.calls.count(f"get_stream {artifact.key}") == 1


def test_an_empty_repository_is_whole(objects: Objects) -> None:
    assert verify_repository(objects).faults == ()


@pytest.mark.parametrize(
    ("lost", "fault"),
    [
        ("manifests/00000001.json", "manifests/00000001.json is missing"),
        ("manifests/00000002.json", "manifests/00000002.json is missing"),
        ("manifests/00000003.json", "manifests/00000003.json is missing"),
        ("commits/00000001", "manifests/00000001.json was never committed"),
        ("commits/00000003", "manifests/00000003.json was never committed"),
    ],
)
def test_a_number_that_is_in_one_list_only_is_a_fault(
    objects: Objects, folder: Path, lost: str, fault: str
) -> None:
    for each in (1, 2, 3):
        back_up(objects, f"b-{each}")
    (folder / lost).unlink()
    assert verify_repository(objects).faults == (fault,)


def test_manifests_that_were_exchanged_are_faults(objects: Objects, folder: Path) -> None:
    for each in (1, 2):
        back_up(objects, f"b-{each}")
    swap(folder / catalog.manifest_key(1), folder / catalog.manifest_key(2))
    faults = verify_repository(objects).faults
    assert "manifests/00000001.json says that it is number 2" in faults
    assert "manifests/00000002.json does not follow manifests/00000001.json" in faults


def test_a_stranger_among_the_manifests_is_a_fault(objects: Objects) -> None:
    objects.put_new("manifests/1.json.bak", b"")
    assert verify_repository(objects).faults == ("manifests/1.json.bak is no part of the catalog",)


def test_pieces_of_a_backup_that_was_never_published_are_left_over_not_faults(
    objects: Objects,
) -> None:
    back_up(objects, "b-1")
    left = store_pieces(objects, "b-dead", SHOP)
    integrity = verify_repository(objects)
    keys = {each.key for artifacts in left.values() for each in artifacts}
    assert integrity.faults == ()
    assert set(integrity.leftovers) == keys
    remove_leftovers(objects, "b-dead")
    assert verify_repository(objects).leftovers == ()
    assert verify_repository(objects).objects == 3


def test_pieces_of_a_published_backup_are_never_removed(objects: Objects) -> None:
    back_up(objects, "b-1")
    with pytest.raises(RefusedError, match="SW-REPOSITORY-013"):
        remove_leftovers(objects, "b-1")
    assert verify_repository(objects).faults == ()


def test_nothing_is_removed_while_a_manifest_cannot_be_read(objects: Objects, folder: Path) -> None:
    back_up(objects, "b-1")
    empty(folder / catalog.manifest_key(1), folder)
    before = objects.list_keys("artifacts/")
    with pytest.raises(RefusedError, match=r"00000001.*SW-REPOSITORY-013"):
        remove_leftovers(objects, "b-1")
    assert objects.list_keys("artifacts/") == before


def test_removing_one_backups_leftovers_spares_a_longer_name(objects: Objects) -> None:
    store_pieces(objects, "b-1", SHOP)
    store_pieces(objects, "b-10", SHOP)
    remove_leftovers(objects, "b-1")
    assert {key.split("/")[1] for key in objects.list_keys("artifacts/")} == {"b-10"}


def test_a_backup_published_while_verifying_is_no_fault(objects: Objects) -> None:
    class Meanwhile(FaultyObjects):
        def list_keys(self, prefix: str) -> tuple[str, ...]:
            found = super().list_keys(prefix)
            back_up(self.inner, f"b-{len(self.calls) + 1}")
            return found

    back_up(objects, "b-1")
    integrity = verify_repository(Meanwhile(objects))
    assert integrity.faults == integrity.leftovers == ()
