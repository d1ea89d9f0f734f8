"""What only a document store has comes back; what happens to it during a backup is noticed."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import gridfs
import pytest
from pymongo import MongoClient

from engines.mongodb.lab import Lab, fingerprint, opened, verify
from seawall.capabilities import BACKUP, COLLECTIONS, RECORDS
from seawall.engines.mongodb import ENGINE, dump, log_dump
from seawall.engines.mongodb.client import MongodbClient, connect
from seawall.engines.mongodb.log_dump import LogSession
from seawall.errors import RefusedError, UnreachableError, UsageError
from seawall.model.fingerprint import compare
from seawall.model.secret import Secret
from seawall.model.target import Target
from seawall.servers.sandboxes import Sandboxes
from servers import folder

BOTH = pytest.mark.parametrize("method", [log_dump.METHOD, dump.METHOD])


def fill_hard(driver: MongoClient[Any]) -> None:
    shop = driver.shop
    shop.create_collection(
        "checked", validator={"$jsonSchema": {"required": ["a"]}}, validationLevel="moderate"
    )
    shop.create_collection("sorted", collation={"locale": "de", "strength": 2})
    shop.create_collection("ring", capped=True, size=4096, max=100)
    shop.ring.insert_many([{"_id": n} for n in range(20)])
    shop.sorted.insert_many([{"_id": 1, "name": "Bar"}, {"_id": 2, "name": "b\u00e4r"}])
    shop.sorted.create_index("name", unique=True, name="by name")
    shop.sorted.create_index([("at", "2dsphere")], name="at")
    shop.sorted.create_index([("$**", 1)], name="all")
    shop.command("create", "seen", viewOn="sorted", pipeline=[{"$match": {"name": "Bar"}}])
    shop.command("create", "seen again", viewOn="seen", pipeline=[{"$project": {"name": 1}}])
    gridfs.GridFS(driver.files).put(bytes(range(256)) * 4000, filename="large", _id="f")
    shop.create_collection("empty")


@BOTH
def test_options_indexes_views_and_files_come_back(lab: Lab, method: str) -> None:
    fill_hard(lab.driver)
    with lab.back_up(method) as taken:
        assert lab.differences(taken) == ()
    with MongoClient[Any](lab.copy.location.url()) as copy:
        assert [each["_id"] for each in copy.shop.ring.find()] == list(range(20))
        assert [each["name"] for each in copy.shop["seen again"].find()] == ["Bar"]
        content = gridfs.GridFS(copy.files).get("f").read()
        assert content == bytes(range(256)) * 4000
        info = copy.shop.sorted.index_information()
        assert info["by name"]["unique"] is True
        assert copy.shop.list_collection_names(filter={"name": "empty"}) == ["empty"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda shop: shop.sorted.drop_index("by name"),
        lambda shop: shop.command("collMod", "checked", validationLevel="strict"),
        lambda shop: shop.drop_collection("seen"),
        lambda shop: shop.create_collection("one more"),
    ],
)
def test_a_lost_index_option_or_view_is_a_difference(lab: Lab, damage: Any) -> None:
    fill_hard(lab.driver)
    with opened(lab.target) as client:
        before = fingerprint(client)
        damage(lab.driver.shop)
        assert compare(before, fingerprint(client), 0).differences


def test_what_is_made_changed_and_dropped_during_a_backup_is_as_at_its_cut(lab: Lab) -> None:
    shop = lab.driver.shop
    for name in ("stays", "goes", "moves", "again"):
        shop[name].insert_many([{"_id": n, "n": n} for n in range(50)])
    shop.stays.create_index("n", name="old")

    def change() -> None:
        shop.drop_collection("goes")
        shop.moves.rename("moved")
        shop.moved.update_one({"_id": 1}, {"$set": {"n": "moved"}})
        shop.drop_collection("again")
        shop.again.insert_one({"_id": 1, "n": "new"})
        shop.new.insert_many([{"_id": n} for n in range(7)])
        shop.new.create_index("x", unique=True, sparse=True)
        shop.stays.drop_index("old")
        shop.stays.create_index("n", name="late", expireAfterSeconds=9999)
        shop.command("collMod", "stays", validator={"n": {"$gte": 0}})
        shop.command("create", "view", viewOn="new", pipeline=[])
        shop.passing.insert_one({})
        shop.drop_collection("passing")
        lab.driver.drop_database("gone")

    lab.driver.gone.c.insert_one({})
    with lab.back_up(after_base=change) as taken:
        assert lab.differences(taken) == ()
        assert verify(taken) == ()
        names = {each.name for each in taken.at_point.collections}
        assert names == {"shop.stays", "shop.moved", "shop.again", "shop.new"}


def test_a_dump_shows_the_cut_whatever_is_dropped_after_it(lab: Lab) -> None:
    shop = lab.driver.shop
    shop.goes.insert_many([{"_id": n} for n in range(50)])
    with lab.back_up(dump.METHOD, after_cut=lambda: shop.drop_collection("goes")) as taken:
        assert lab.compare(taken).proven == 50


def test_documents_of_a_ttl_index_are_told_by_the_minute_they_expire(lab: Lab) -> None:
    now = dt.datetime.now(dt.UTC)
    shop = lab.driver.shop
    shop.s.create_index("ends", expireAfterSeconds=60)
    gone, soon = now - dt.timedelta(hours=1), now + dt.timedelta(hours=1)
    ends = [soon, [soon, now + dt.timedelta(days=1)], gone, "never", None]
    shop.s.insert_many([{"_id": at, "ends": each} for at, each in enumerate(ends)])
    with lab.back_up() as taken:
        (found,) = taken.at_point.collections
        minutes = [each.expires_before for each in found.buckets]
        assert [each.records for each in found.buckets] == [2, 1, 2]
        assert minutes[0] is None
        assert minutes[2] == pytest.approx(soon.timestamp() + 60, abs=60)
        compared = compare(taken.at_point, lab.restore(taken), time.time())
        assert (compared.differences, compared.proven, compared.expired) == ((), 4, 1)


@BOTH
@pytest.mark.parametrize("fault", ["lost", "changed", "doubled"])
def test_a_planted_fault_is_caught_by_the_fingerprint_alone(
    lab: Lab, method: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What was written in the last seconds is in the log as well, which would mend the fault.
    monkeypatch.setattr(LogSession, "_find_start", lambda self: self._listed)
    lab.driver.shop.c.insert_many([{"_id": n, "text": f"text {n}"} for n in range(30)])
    with lab.back_up(method) as taken:
        path = taken.folder / "shop/c.bson"
        content = path.read_bytes()
        size = int.from_bytes(content[:4], "little")
        planted = {
            "lost": content[size:],
            "changed": content.replace(b"text 7", b"text 8", 1),
            "doubled": content
            + content[:size].replace(b"\x00\x00\x00\x00\x02", b"\x99\x00\x00\x00\x02"),
        }[fault]
        assert planted != content
        path.write_bytes(planted)
        (difference,) = lab.differences(taken)
        assert "shop.c" in difference


@pytest.mark.parametrize("fault", ["cut", "lost", "swapped", "garbage"])
def test_a_damaged_log_is_a_fault(lab: Lab, fault: str, tmp_path: Path) -> None:
    shop = lab.driver.shop
    shop.c.insert_one({"_id": 0})
    with lab.back_up(
        after_base=lambda: shop.c.insert_many([{"_id": n} for n in range(1, 9)])
    ) as taken:
        content = taken.read("oplog.bson")
        size = int.from_bytes(content[:4], "little")
        last = content[-size:]
        damaged = {
            "cut": content[:-3],
            "lost": content[size:],
            "swapped": last + content[:-size],
            "garbage": content + b"\x09\x00\x00\x00",
        }[fault]
        (tmp_path / "oplog.bson").write_bytes(damaged)
        assert verify(taken) == ()
        assert verify(taken, tmp_path)


def test_keys_are_texts_that_other_engines_have_too(lab: Lab) -> None:
    from bson import Binary, Decimal128, Int64, ObjectId  # noqa: PLC0415

    values = [
        1, Int64(2), 3.0, "4", Decimal128("5.00"), ObjectId("0123456789abcdef01234567"),
        Binary(bytes(range(16)), 4), dt.datetime(2026, 1, 2, 3, 4, 5, 600000, tzinfo=dt.UTC),
        True, None, ["x", "y"], b"\x01",
    ]  # fmt: skip
    lab.driver.shop.k.insert_many([{"a": {"b": each}} for each in values])
    lab.driver.shop.k.insert_one({})
    with opened(lab.target) as client:
        records = ENGINE.require(RECORDS, client)
        found = Counter[str | None]()
        for each in records.read_keys("shop.k", ("a.b",)):
            found[each.values[0]] += each.records
        assert records.read_keys("k", ("a.b",))
        with pytest.raises(UsageError, match="no document has it"):
            records.read_keys("k", ("a.c",))
    assert found.pop(None) == 2
    assert set(found) == {
        "1", "2", "3", "4", "5", "0123456789abcdef01234567", "x", "y", "01", "true",
        "00010203-0405-0607-0809-0a0b0c0d0e0f", "2026-01-02T03:04:05.6Z",
    }  # fmt: skip


@pytest.fixture
def reader(lab: Lab) -> Target:
    """A login with read rights on one database only."""
    lab.driver.shop.c.insert_many([{"_id": n} for n in range(10)])
    lab.driver.other.c.insert_one({"_id": "hidden"})
    secret = "p@ss/w:rd? #%\u00e9"  # noqa: S105
    if not lab.driver.admin.command({"usersInfo": "reader"})["users"]:
        lab.driver.admin.command(
            "createUser", "reader", pwd=secret, roles=[{"role": "read", "db": "shop"}]
        )
    location = replace(lab.target.location, database="shop").with_login("reader", Secret(secret))
    return replace(lab.target, location=location)


def test_a_login_with_read_rights_only_is_backed_up_by_a_dump(lab: Lab, reader: Target) -> None:
    with opened(reader) as client:
        chosen = ENGINE.choose(BACKUP, client)
        assert chosen.method == dump.METHOD
        assert "may not read the oplog" in chosen.passed_over[0]
        assert [each.name for each in ENGINE.require(COLLECTIONS, client).list()] == ["c"]
    with lab.back_up(dump.METHOD, reader) as taken:
        assert [each.name for each in taken.at_point.collections] == ["c"]
        everything = lab.restore(taken)
        assert [each.name for each in everything.collections] == ["shop.c"]
        assert everything.collections[0].buckets == taken.at_point.collections[0].buckets


def test_a_copy_of_one_database_is_a_store_of_one_database(
    lab: Lab, reader: Target, tmp_path: Path
) -> None:
    assert lab.target.programs
    sandboxes = Sandboxes(ENGINE, "one", (), lab.home, lab.target.programs)
    with (
        opened(reader) as client,
        folder.back_up(ENGINE, client, sandboxes, tmp_path, fingerprint) as taken,
        folder.restored(ENGINE, sandboxes, taken) as copy,
        opened(copy) as there,
    ):
        assert compare(taken.at_point, fingerprint(there), 0).differences == ()


def test_what_the_login_may_not_read_is_named(lab: Lab, reader: Target) -> None:
    hidden = replace(reader, location=replace(reader.location, database="other"))
    hidden = replace(hidden, location=replace(hidden.location, options=lab.target.location.options))
    with opened(hidden) as client, pytest.raises(RefusedError) as caught:
        fingerprint(client)
    assert caught.value.code == "SW-MONGODB-002"
    assert "p@ss" not in str(caught.value)


def test_an_unknown_option_of_the_url_is_named(lab: Lab) -> None:
    options = (*lab.target.location.options, ("tlsCaFiel", "x"))
    target = replace(lab.target, location=replace(lab.target.location, options=options))
    with pytest.raises(UsageError) as caught:
        connect(target)
    assert caught.value.code == "SW-CONNECT-003"


def test_a_wrong_password_and_no_password_are_refused_logins(lab: Lab) -> None:
    for location in (
        lab.target.location.with_login("seawall", Secret("canary")),
        lab.target.location.with_login("", Secret("")),
    ):
        with pytest.raises(UnreachableError) as caught:
            connect(replace(lab.target, location=location))
        assert caught.value.code == "SW-CONNECT-002"
        assert "canary" not in str(caught.value)


def test_an_oplog_that_has_rolled_over_is_told(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    from seawall.engines.mongodb.times import ClusterTime  # noqa: PLC0415

    lab.driver.shop.c.insert_one({})
    late = ClusterTime(2**31, 1)

    def forget() -> None:
        def edge(self: MongodbClient, *, is_last: bool) -> ClusterTime:
            return late if not is_last else real(self, is_last=True)

        real = MongodbClient.read_oplog_edge
        monkeypatch.setattr(MongodbClient, "read_oplog_edge", edge)

    with pytest.raises(RefusedError) as caught, lab.back_up(after_cut=forget):
        pass
    assert caught.value.code == "SW-MONGODB-013"


def test_a_collection_renamed_while_it_is_copied_is_refused(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = lab.driver.shop
    shop.a.insert_many([{"_id": n} for n in range(10)])
    real = LogSession._read_on

    def rename_first(self: LogSession, batches: Any, namespace: Any) -> Any:
        shop.a.rename("b")
        return real(self, batches, namespace)

    monkeypatch.setattr(LogSession, "_read_on", rename_first)
    with pytest.raises(RefusedError) as caught, lab.back_up():
        pass
    assert caught.value.code == "SW-MONGODB-005"


def test_a_store_too_large_for_one_transaction_is_copied_with_its_log(
    lab: Lab, reader: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seawall.engines.mongodb.size.BYTES_PER_SECOND", 1)
    shop = lab.driver.shop
    with opened(reader) as client:
        backup: Any = ENGINE.choose(BACKUP, client).implementation
        with pytest.raises(RefusedError) as caught, backup.open(Path(), None):
            pass
    assert caught.value.code == "SW-MONGODB-011"
    real = LogSession._read_on

    def write_first(self: LogSession, batches: Any, namespace: Any) -> Any:
        shop.c.insert_one({"_id": f"late {namespace}"})
        return real(self, batches, namespace)

    monkeypatch.setattr(LogSession, "_read_on", write_first)
    with lab.back_up() as taken:
        assert lab.differences(taken) == ()
