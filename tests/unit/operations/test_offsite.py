"""A copy elsewhere: the same bytes, whole at any moment, and never over something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from faults.objects import FaultyObjects, Moment
from seawall.errors import FindingsError, RefusedError, SeawallError, UnreachableError, UsageError
from seawall.model.progress import Silent
from seawall.model.surroundings import Surroundings
from seawall.model.tier import (
    BackupPolicy,
    Objectives,
    ObjectStore,
    RepositoryCopy,
    RepositorySettings,
    Tier,
)
from seawall.operations import offsite
from seawall.operations.offsite import copy_repository, find_copy
from seawall.repository import catalog, s3
from seawall.repository.objects import Objects, Place, create_objects, open_objects
from seawall.repository.verify import verify_repository
from servers.s3 import S3Server
from unit.repository.drafts import SHOP, back_up, content_of, store_pieces


@pytest.fixture
def source(tmp_path: Path) -> Objects:
    objects = create_objects(str(tmp_path / "here"))
    for name in ("b-1", "b-2"):
        back_up(objects, name)
    store_pieces(objects, "b-dead", SHOP)
    return objects


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "folder":
        return str(tmp_path / "there")
    server: S3Server = request.getfixturevalue("seaweedfs")
    return server.bucket()


def contents(objects: Objects, keys: tuple[str, ...] | None = None) -> dict[str, bytes]:
    return {key: b"".join(objects.get_stream(key)) for key in keys or objects.list_keys("")}


def test_what_was_published_is_copied_and_then_kept(source: Objects, place: Place) -> None:
    first = copy_repository(source, place, Silent())
    assert (first.backups, first.held, first.pieces, first.kept) == (("b-1", "b-2"), 0, 6, 0)
    there = open_objects(place)
    published = tuple(key for key in source.list_keys("") if "b-dead" not in key)
    assert contents(there) == contents(source, published)
    assert verify_repository(there).faults == verify_repository(there).leftovers == ()
    back_up(source, "b-3")
    second = copy_repository(source, place, Silent())
    assert (second.backups, second.held, second.pieces) == (("b-3",), 2, 3)
    third = copy_repository(source, place, Silent())
    assert (third.backups, third.held, third.pieces, third.bytes) == ((), 3, 0, 0)


def test_a_copy_comes_back_from_a_bucket_with_its_sequels_joined(
    tmp_path: Path, seaweedfs: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "SEGMENT_BYTES", s3.PART_BYTES)
    source = create_objects(str(tmp_path / "here"))
    back_up(source, "b-1", {"orders": {"base.tar": content_of(40 * 2**20)}})
    bucket = seaweedfs.bucket()
    copy_repository(source, bucket, Silent())
    assert any(key.endswith(".0002") for key in seaweedfs.keys(bucket))
    copy_repository(open_objects(bucket), str(tmp_path / "back"), Silent())
    assert contents(open_objects(str(tmp_path / "back"))) == contents(source)


@pytest.mark.parametrize("moment", Moment)
def test_a_copy_that_is_broken_off_anywhere_is_whole_and_is_continued(
    source: Objects, tmp_path: Path, moment: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = create_objects
    at = 1
    while True:
        faulty: list[FaultyObjects] = []

        def struck(place: Place, at: int = at, made: list[FaultyObjects] = faulty) -> Objects:
            made.append(FaultyObjects(create(place), at=at, moment=moment))
            return made[0]

        place = str(tmp_path / f"there-{at}")
        monkeypatch.setattr(offsite, "create_objects", struck)
        failed = False
        try:
            copy_repository(source, place, Silent())
        except UnreachableError:
            failed = True
        there = open_objects(place)
        for manifest in catalog.list_manifests(there):
            assert all(there.size(each.key) for each in catalog.all_artifacts(manifest))
        monkeypatch.setattr(offsite, "create_objects", create)
        copy_repository(source, place, Silent())
        assert verify_repository(there).faults == ()
        assert verify_repository(there).backups == 2
        if not failed and at > len(faulty[0].calls):
            break
        at += 1
    assert at > 20


def test_a_piece_that_is_there_is_kept_only_when_its_hash_is_right(
    source: Objects, tmp_path: Path
) -> None:
    there = create_objects(str(tmp_path / "there"))
    good, bad = catalog.all_artifacts(catalog.read_manifest(source, 1))[:2]
    there.put_stream(good.key, source.get_stream(good.key))
    there.put_stream(bad.key, iter([b"something else"]))
    copied = copy_repository(source, str(tmp_path / "there"), Silent())
    assert (copied.kept, copied.pieces) == (1, 5)
    assert verify_repository(there).faults == ()


def test_a_damaged_piece_is_not_copied_and_what_came_before_is(
    source: Objects, tmp_path: Path
) -> None:
    piece = catalog.all_artifacts(catalog.read_manifest(source, 2))[0]
    path = tmp_path / "here" / piece.key
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(FindingsError, match=r"not those of its manifest.*SW-REPOSITORY-006"):
        copy_repository(source, str(tmp_path / "there"), Silent())
    there = open_objects(str(tmp_path / "there"))
    assert [each.id for each in catalog.list_manifests(there)] == ["b-1"]
    assert piece.key not in there.list_keys("")
    assert verify_repository(there).faults == ()


@pytest.mark.parametrize("extra", ["other", "longer"])
def test_a_place_with_other_backups_is_refused(source: Objects, place: Place, extra: str) -> None:
    if extra == "longer":
        copy_repository(source, place, Silent())
    there = create_objects(place)
    back_up(there, "b-theirs")
    before = contents(there)
    with pytest.raises(RefusedError, match="SW-REPOSITORY-026"):
        copy_repository(source, place, Silent())
    assert contents(there) == before


def test_a_copy_is_a_folder_or_named_by_the_file(tmp_path: Path) -> None:
    store = ObjectStore(endpoint="https://offsite.example.com", region="r")
    settings = RepositorySettings(
        str(tmp_path / "here"), False, (), None, ObjectStore(), (RepositoryCopy("s3://far", store),)
    )
    path = tmp_path / "seawall.yaml"
    tier = Tier("shop", path, (), (), Objectives(), settings, BackupPolicy())
    surroundings = Surroundings("", tmp_path, tmp_path, tmp_path)

    def find(to: str) -> Place:
        return find_copy(tier, to, tmp_path, surroundings)

    assert find("there") == str(tmp_path / "there")
    for to, words in {"s3://other": "names no such copy", "here": "repository itself"}.items():
        with pytest.raises(UsageError, match=f"{words}.*SW-REPOSITORY-025"):
            find(to)
    with pytest.raises(SeawallError, match="SW-REPOSITORY-023"):
        find("s3://far/")
