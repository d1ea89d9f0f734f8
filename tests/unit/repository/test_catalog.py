"""The chain of manifests: complete backups only, one number each, by any number of writers."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from blake3 import blake3

from faults.objects import FaultyObjects, Moment
from seawall.errors import FindingsError, RefusedError, UnreachableError, UsageError
from seawall.repository import catalog
from seawall.repository.objects import Objects
from seawall.repository.pieces import StoredPieces
from seawall.repository.verify import verify_repository
from unit.repository.drafts import SHOP, back_up, draft, store_pieces


def test_a_published_backup_is_read_as_it_was_written(objects: Objects) -> None:
    manifest = back_up(objects, "b-1")
    assert manifest.number == 1
    assert catalog.list_manifests(objects) == [manifest]
    assert catalog.find_manifest(objects, "b-1") == manifest


def test_each_manifest_holds_the_hash_of_the_one_before(objects: Objects) -> None:
    numbers = [back_up(objects, f"b-{each}").number for each in (1, 2, 3)]
    manifests = catalog.list_manifests(objects)
    assert numbers == [1, 2, 3]
    assert [each.previous for each in manifests] == [
        "",
        *(blake3(catalog.read_bytes(objects, number)).hexdigest() for number in (1, 2)),
    ]


def test_the_same_backup_is_the_same_bytes_and_people_can_read_them(objects: Objects) -> None:
    back_up(objects, "b-1")
    content = catalog.read_bytes(objects, 1)
    assert content.startswith(b'{\n  "format": "seawall-manifest/1",\n  "number": 1,\n')
    assert json.loads(content)["stores"][0]["artifacts"][0]["role"] == "base"
    again = json.dumps(json.loads(content), indent=2, ensure_ascii=False).encode()
    assert json.loads(again) == json.loads(content)


def test_a_backup_is_found_by_number_and_the_newest_by_nothing(objects: Objects) -> None:
    first, second = back_up(objects, "b-1"), back_up(objects, "b-2")
    assert catalog.find_manifest(objects, "1") == first
    assert catalog.find_manifest(objects, "") == second


def test_an_unknown_backup_names_the_closest_ones(objects: Objects) -> None:
    back_up(objects, "b-20261121-041530-7f3a")
    with pytest.raises(UsageError, match=r"Did you mean b-20261121-041530-7f3a\?") as caught:
        catalog.find_manifest(objects, "b-20261121-041530-7f3b")
    assert caught.value.code == "SW-REPOSITORY-009"


def test_an_empty_repository_has_no_newest_backup(objects: Objects) -> None:
    with pytest.raises(UsageError, match="has no backup"):
        catalog.find_manifest(objects, "")
    assert catalog.list_manifests(objects) == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"format": 1'])
def test_a_damaged_manifest_hides_no_other_and_is_never_passed_over(
    objects: Objects, folder: Path, content: bytes
) -> None:
    first = back_up(objects, "b-1")
    back_up(objects, "b-2")
    (folder / catalog.manifest_key(2)).write_bytes(content)
    assert catalog.find_manifest(objects, "b-1") == first
    for unsure in (
        lambda: catalog.find_manifest(objects, ""),
        lambda: catalog.find_manifest(objects, "2"),
        lambda: catalog.find_manifest(objects, "b-2"),
        lambda: catalog.list_manifests(objects),
    ):
        with pytest.raises(FindingsError, match=r"00000002.*SW-REPOSITORY-007"):
            unsure()


def test_a_manifest_of_a_newer_seawall_is_said_to_be_newer(objects: Objects, folder: Path) -> None:
    back_up(objects, "b-1")
    path = folder / catalog.manifest_key(1)
    path.write_text(path.read_text().replace("seawall-manifest/1", "seawall-manifest/2"))
    with pytest.raises(RefusedError, match=r"seawall-manifest/2.*SW-REPOSITORY-008"):
        catalog.find_manifest(objects, "")


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"short")])
def test_a_backup_whose_piece_is_not_there_is_not_published(
    objects: Objects, folder: Path, damage: Callable[[Path], object]
) -> None:
    stored = store_pieces(objects, "b-1", SHOP)
    damage(folder / stored["orders"][1].key)
    with pytest.raises(FindingsError, match=r"log/0001.*SW-REPOSITORY-004"):
        catalog.publish(objects, draft("b-1", stored))
    assert catalog.list_manifests(objects) == []


def test_the_loser_of_a_race_chains_itself_to_the_winner(objects: Objects) -> None:
    class Race(FaultyObjects):
        """Lets another writer publish just before the first manifest is put."""

        def put_new(self, key: str, content: bytes) -> None:
            if key == catalog.manifest_key(1):
                back_up(self.inner, "b-winner")
            super().put_new(key, content)

    loser = back_up(Race(objects), "b-loser")
    winner, second = catalog.list_manifests(objects)
    assert (winner.id, second) == ("b-winner", loser)
    assert verify_repository(objects).faults == ()


def test_many_writers_publish_one_whole_chain(objects: Objects) -> None:
    stored = store_pieces(objects, "b", SHOP)
    with ThreadPoolExecutor(6) as threads:
        names = [f"b-{number}" for number in range(18)]
        list(threads.map(lambda name: catalog.publish(objects, draft(name, stored)), names))
    manifests = catalog.list_manifests(objects)
    assert sorted(each.id for each in manifests) == sorted(names)
    assert [each.number for each in manifests] == list(range(1, 19))
    assert verify_repository(objects).faults == ()


def test_a_backup_published_between_two_lists_is_chained_to(objects: Objects) -> None:
    class Meanwhile(FaultyObjects):
        """Lets another writer publish between the first two lists and between the next two."""

        def list_keys(self, prefix: str) -> tuple[str, ...]:
            found = super().list_keys(prefix)
            lists = sum(each.startswith("list_keys") for each in self.calls)
            if lists in {1, 3}:
                back_up(self.inner, f"b-meanwhile-{lists}")
            return found

    back_up(Meanwhile(objects), "b-1")
    assert len(catalog.list_manifests(objects)) > 2
    assert verify_repository(objects).faults == ()


def test_a_writer_that_never_wins_gives_up(
    objects: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unlucky(FaultyObjects):
        def put_new(self, key: str, content: bytes) -> None:
            if key.startswith(catalog.MANIFESTS):
                self.inner.put_new(key, content.replace(b'"b-1"', b'"b-x"'))
            super().put_new(key, content)

    monkeypatch.setattr(catalog, "PUBLISH_ATTEMPTS", 4)
    with pytest.raises(RefusedError, match="SW-REPOSITORY-010"):
        catalog.publish(Unlucky(objects), draft("b-1", store_pieces(objects, "b-1", SHOP)))


def test_an_own_manifest_that_was_put_unnoticed_is_not_put_twice(objects: Objects) -> None:
    class Forgetful(FaultyObjects):
        """Puts the object, and answers as a retried request would: it exists."""

        def put_new(self, key: str, content: bytes) -> None:
            self.inner.put_new(key, content)
            super().put_new(key, content)

    stored = store_pieces(objects, "b-1", SHOP)
    assert catalog.publish(Forgetful(objects), draft("b-1", stored)).number == 1
    assert catalog.list_numbers(objects) == catalog.list_commits(objects) == [1]


def test_a_number_that_was_lost_is_never_given_again(objects: Objects, folder: Path) -> None:
    for each in (1, 2):
        back_up(objects, f"b-{each}")
    (folder / catalog.manifest_key(2)).unlink()
    assert back_up(objects, "b-3").number == 3
    assert verify_repository(objects).faults == ("manifests/00000002.json is missing",)


def test_a_writer_killed_before_its_commit_is_completed_by_the_next(objects: Objects) -> None:
    back_up(objects, "b-1")
    objects.delete(catalog.commit_key(1))
    assert verify_repository(objects).faults == ("manifests/00000001.json was never committed",)
    back_up(objects, "b-2")
    assert verify_repository(objects).faults == ()


def calls_of_a_backup(objects: Objects) -> int:
    faulty = FaultyObjects(objects)
    back_up(faulty, "b-2")
    return len(faulty.calls)


@pytest.mark.parametrize("moment", Moment)
def test_a_failure_at_any_call_leaves_the_whole_backup_or_none(
    tmp_path: Path, make_objects: Callable[[Path], Objects], moment: Moment
) -> None:
    first = make_objects(tmp_path / "first")
    back_up(first, "b-1")
    calls = calls_of_a_backup(first)
    assert calls > 15
    for at in range(1, calls + 1):
        objects = make_objects(tmp_path / f"{at}")
        kept = back_up(objects, "b-1")
        with pytest.raises(UnreachableError, match="injected"):
            back_up(FaultyObjects(objects, at=at, moment=moment), "b-2")
        require_whole_or_absent(objects, "b-2")
        assert catalog.find_manifest(objects, "b-1") == kept
        # The next backup works, whatever the failed one left, and mends what it can.
        back_up(objects, "b-3")
        assert verify_repository(objects).faults == ()


def require_whole_or_absent(objects: Objects, backup: str) -> None:
    listed = {each.id: each for each in catalog.list_manifests(objects)}
    assert [key for key in objects.list_keys("") if ".uploads" in key] == []
    if backup not in listed:
        return
    for part in listed[backup].stores:
        pieces = StoredPieces(objects, part.artifacts, "")
        for name, content in SHOP[part.store].items():
            assert b"".join(pieces.read(name)) == content


def test_what_a_draft_says_of_its_place_is_not_believed(objects: Objects) -> None:
    stored = store_pieces(objects, "b-1", SHOP)
    published = catalog.publish(objects, replace(draft("b-1", stored), number=7, previous="ff"))
    assert (published.number, published.previous) == (1, "")


def test_a_manifest_from_before_key_patterns_were_noted_can_be_read(objects: Objects) -> None:
    back_up(objects, "b-1")
    told = json.loads(catalog.read_bytes(objects, 1))
    for part in told["stores"]:
        del part["patterns"]
    manifest = catalog.decode_manifest(json.dumps(told).encode(), 1)
    assert {part.patterns for part in manifest.stores} == {None}
