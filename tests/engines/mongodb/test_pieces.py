"""Without a server: diffs and entries of the shapes MongoDB documents, names of pieces, refusals."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import bson
import pytest
from bson import Int64, Timestamp

from seawall.engines.mongodb import ENGINE, log_dump
from seawall.engines.mongodb.catalog import Described, read_catalog
from seawall.engines.mongodb.cut import PASSING
from seawall.engines.mongodb.diff import apply_update
from seawall.engines.mongodb.elements import BrokenBsonError, elements, read_documents
from seawall.engines.mongodb.failures import driver_missing, reply_failure
from seawall.engines.mongodb.names import LONGEST_PIECE, Stems, file_stem
from seawall.engines.mongodb.oplog import Entry, select
from seawall.engines.mongodb.recipe import write_recipe
from seawall.engines.mongodb.replay import Replay
from seawall.engines.mongodb.restore import MongodbRestore
from seawall.engines.mongodb.scope import Scope
from seawall.engines.mongodb.times import BEGINNING
from seawall.engines.mongodb.versions import Server, refuse_unsupported
from seawall.errors import FindingsError, RefusedError, SeawallError
from seawall.model.location import Location
from seawall.model.point import Cut
from seawall.model.position import Position
from seawall.model.target import Target

TARGET = Target("s", Location.parse("mongodb://127.0.0.1:1/"))
CUT = Cut(Position.single("7:1"), exact=True)


def code_of(error: SeawallError) -> str:
    return error.code


@pytest.mark.parametrize(
    ("before", "diff", "after"),
    [
        ({"a": 1, "b": 2}, {"u": {"a": 3}}, {"a": 3, "b": 2}),
        ({"a": 1, "b": 2}, {"d": {"a": False}}, {"b": 2}),
        ({"a": 1, "b": 2}, {"i": {"d": 4, "c": 3}}, {"a": 1, "b": 2, "d": 4, "c": 3}),
        ({"a": 1, "b": 2}, {"d": {"a": False}, "i": {"a": 5}}, {"b": 2, "a": 5}),
        ({"a": 1, "b": 2}, {"i": {"a": 5}}, {"b": 2, "a": 5}),
        ({"a": {"x": 1, "y": 2}}, {"sa": {"u": {"x": Int64(1)}}}, {"a": {"x": Int64(1), "y": 2}}),
        ({"a": [1, 2, 3]}, {"sa": {"a": True, "u1": 9}}, {"a": [1, 9, 3]}),
        ({"a": [1, 2, 3]}, {"sa": {"a": True, "l": 1}}, {"a": [1]}),
        ({"a": [1]}, {"sa": {"a": True, "u2": 3}}, {"a": [1, None, 3]}),
        ({"a": [{"b": 1}]}, {"sa": {"a": True, "s0": {"u": {"b": 2}}}}, {"a": [{"b": 2}]}),
        ({"a": 5}, {"sa": {"a": True, "u0": 1}}, {"a": 5}),
        ({"a.b": 1, "$c": 2}, {"u": {"a.b": 3, "$c": 4}}, {"a.b": 3, "$c": 4}),
        # As SecantusDB tells it.
        ({"a": {"b": 1}}, {"updatedFields": {"a.b": 2}}, {"a": {"b": 2}}),
        ({"a.b": 1, "a": {"b": 1}}, {"updatedFields": {"a.b": 2}}, {"a.b": 2, "a": {"b": 1}}),
        ({"a": [1, 2]}, {"updatedFields": {"a.2": 3}}, {"a": [1, 2, 3]}),
        (
            {"a": [1, 2], "b": 1, "c": {"d": 1}},
            {
                "updatedFields": {},
                "removedFields": ["b", "c.d"],
                "truncatedArrays": [{"field": "a", "newSize": 1}],
            },
            {"a": [1], "c": {}},
        ),
    ],
)
def test_a_diff_gives_the_document_that_the_server_has(
    before: dict[str, Any], diff: dict[str, Any], after: dict[str, Any]
) -> None:
    change = bson.encode({"$v": 2, "diff": diff})
    assert apply_update(bson.encode(before), change) == bson.encode(after)


def test_a_replacement_is_the_document() -> None:
    new = bson.encode({"_id": 1, "diff": 2})
    assert apply_update(bson.encode({"_id": 1}), new) == new


def entry(op: str, namespace: str, o: dict[str, Any], **more: Any) -> bytes:
    return bson.encode({"op": op, "ns": namespace, "o": o, "ts": Timestamp(5, 1), **more})


def test_a_transaction_keeps_only_the_parts_of_the_store() -> None:
    parts = [
        {"op": "i", "ns": "shop.a", "o": {"_id": 1}},
        {"op": "i", "ns": "other.a", "o": {"_id": 2}},
        {"op": "d", "ns": "shop.b", "o": {"_id": 3}},
    ]
    raw = entry("c", "admin.$cmd", {"applyOps": parts}, prevOpTime={"ts": Timestamp(0, 0)})
    kept = select(raw, Scope("shop"), "s")
    assert bson.decode(kept)["o"] == {"applyOps": [parts[0], parts[2]]}
    assert [(each.op, each.namespace) for each in Entry.read(kept).parts()] == [
        ("i", "shop.a"),
        ("d", "shop.b"),
    ]
    assert select(raw, Scope("third"), "s") == b""


def test_what_does_not_belong_to_the_store_is_left_out() -> None:
    assert select(entry("n", "", {"msg": "periodic noop"}), Scope(""), "s") == b""
    assert select(entry("i", "config.transactions", {"_id": 1}), Scope(""), "s") == b""
    assert select(entry("i", "shop.system.views", {"_id": "shop.v"}), Scope(""), "s") == b""


@pytest.mark.parametrize(
    "raw",
    [
        entry("c", "shop.$cmd", {"emptycapped": "a"}),
        entry("c", "shop.$cmd", {"importCollection": "a"}),
        entry("u", "shop.a", {"$v": 1, "$set": {"a": 1}}, o2={"_id": 1}),
        entry("u", "shop.a", {"$set": {"a": 1}}, o2={"_id": 1}),
        entry("c", "admin.$cmd", {"applyOps": [], "partialTxn": True}),
        entry("c", "admin.$cmd", {"applyOps": [], "prepare": True}),
        entry("xi", "shop.a", {"_id": 1}),
    ],
)
def test_a_change_that_cannot_be_repeated_is_refused(raw: bytes) -> None:
    with pytest.raises(RefusedError) as caught:
        select(raw, Scope(""), "s")
    assert caught.value.code == "SW-MONGODB-010"


@pytest.mark.parametrize("cut", range(1, 30))
def test_bytes_that_are_no_documents_are_noticed(cut: int) -> None:
    whole = bson.encode({"a": {"b": [1, "x"]}, "c": b"y"})
    with pytest.raises(BrokenBsonError):
        list(read_documents([whole, whole[:-cut]]))
    with pytest.raises(BrokenBsonError):
        list(elements(whole[:-cut]))


def test_documents_are_found_however_the_bytes_are_cut() -> None:
    documents = [bson.encode({"n": "x" * size}) for size in range(50)]
    content = b"".join(documents)
    for size in (1, 3, 7, 100, 10_000):
        chunks = [content[at : at + size] for at in range(0, len(content), size)]
        assert list(read_documents(chunks)) == documents


def test_names_of_pieces_are_safe_and_undone_by_the_recipe(tmp_path: Path) -> None:
    names = ["plain", "with space", "a%b+c", "\u00e9t\u00e9", "x" * 150, ".hidden", "-", "a/b", "="]
    stems = Stems()
    given = {name: stems.give("shop", name) for name in names}
    assert len(set(given.values())) == len(names)
    for name, stem in given.items():
        assert len(stem) <= LONGEST_PIECE, name
        piece = tmp_path / f"{stem}.bson"
        piece.parent.mkdir(parents=True, exist_ok=True)
        piece.write_text(name)
        (tmp_path / f"{stem}.metadata.json").write_text(name)
    (tmp_path / "oplog.bson").write_text("")
    lines = write_recipe(CUT, _details(stems))
    lay_out = lines[: lines.index("# PATH")]
    subprocess.run(["/bin/bash", "-c", f"set -eu -o pipefail\n{lay_out}"], cwd=tmp_path, check=True)
    for name in names:
        for ending in (".bson", ".metadata.json"):
            assert (tmp_path / "dump" / (file_stem("shop", name) + ending)).read_text() == name
    assert (tmp_path / "dump" / "oplog.bson").exists()


def _details(stems: Stems) -> dict[str, str]:
    import json  # noqa: PLC0415

    return {"long_names": json.dumps(stems.aliases), "version": "8.0.1", "log_entries": "1"}


def test_the_recipe_is_shell_and_replays_the_log() -> None:
    details = tuple(_details(Stems()).items())
    lines = ENGINE.standalone(_restore(), log_dump.METHOD).recipe(CUT, details)
    assert "--oplogReplay" in lines
    subprocess.run(["/bin/bash", "-n"], input=lines, text=True, check=True)


def _restore() -> Any:
    from seawall.capabilities import RESTORE  # noqa: PLC0415

    return RESTORE


@pytest.mark.parametrize(
    ("build", "hello", "code"),
    [
        ({"version": "8.0.1"}, {"msg": "isdbgrid"}, "SW-MONGODB-001"),
        ({"version": "4.4.9"}, {}, "SW-ENGINE-003"),
        ({"version": "9.0.0"}, {}, "SW-ENGINE-003"),
        ({"version": "7.0.42", "ferretdb": {}}, {}, "SW-ENGINE-003"),
    ],
)
def test_servers_the_row_does_not_answer_for_are_refused(
    build: dict[str, Any], hello: dict[str, Any], code: str
) -> None:
    with pytest.raises(RefusedError) as caught:
        refuse_unsupported("s", Server.from_replies(build, hello))
    assert caught.value.code == code


def test_only_mongodb_itself_emulates_nothing() -> None:
    replies = {"setName": "rs0", "isWritablePrimary": True}
    assert not Server.from_replies({"version": "8.0.1"}, replies).emulates
    stand_in = Server.from_replies({"version": "8.2.11", "secantusVersion": "1"}, replies)
    assert (stand_in.product, stand_in.emulates) == ("SecantusDB", True)


@pytest.mark.parametrize(
    ("number", "said", "code"),
    [
        (18, "Authentication failed.", "SW-CONNECT-002"),
        (13, "command find requires authentication", "SW-CONNECT-002"),
        (13, "not authorized on shop to execute command", "SW-MONGODB-002"),
        (59, "no such command", "SW-MONGODB-003"),
        (251, "Transaction 1 has been aborted.", "SW-MONGODB-004"),
        (246, "Unable to read from a snapshot", "SW-MONGODB-004"),
        (175, "collection dropped", "SW-MONGODB-005"),
    ],
)
def test_replies_become_errors_that_say_what_to_do(number: int, said: str, code: str) -> None:
    error = reply_failure(TARGET, "read shop.a", number, said)
    assert code_of(error) == code
    assert error.hint


def test_a_snapshot_that_cannot_be_had_is_taken_again() -> None:
    assert {code_of(reply_failure(TARGET, "x", 246, "x"))} <= PASSING


def test_a_missing_driver_is_named() -> None:
    assert code_of(driver_missing(TARGET)) == "SW-MONGODB-006"
    assert "seawall[mongodb]" in driver_missing(TARGET).hint


def test_a_time_series_is_refused_by_name() -> None:
    """The reply's shape is that of MongoDB's documentation of listCollections."""
    listed = {
        "name": "weather",
        "type": "timeseries",
        "options": {"timeseries": {"timeField": "t"}},
    }
    client: Any = SimpleNamespace(
        catalog=None,
        scope=Scope("shop"),
        target=TARGET,
        run_cursor=lambda _database, _command: iter([listed]),
    )
    with pytest.raises(RefusedError, match=r"shop\.weather") as caught:
        read_catalog(client)
    assert caught.value.code == "SW-MONGODB-007"


def test_a_list_that_never_holds_still_is_given_up() -> None:
    create = entry("c", "shop.$cmd", {"create": "a"})
    client: Any = SimpleNamespace(
        catalog=(),
        scope=Scope(""),
        target=TARGET,
        read_oplog_edge=lambda **_: BEGINNING,
        read_oplog=lambda *_: iter([create]),
    )
    with pytest.raises(RefusedError) as caught:
        log_dump._list_quietly(client)
    assert caught.value.code == "SW-MONGODB-012"


def test_a_piece_that_is_no_documents_is_refused() -> None:
    inserted: list[bytes] = []
    pieces: Any = SimpleNamespace(read=lambda _: iter([b"\x05\x00\x00\x00\x00", b"\x99"]))
    client: Any = SimpleNamespace(target=TARGET, insert=lambda *given: inserted.append(given[2]))
    described = Described("shop", "a", "collection", "", {})
    with pytest.raises(FindingsError) as caught:
        MongodbRestore()._load_documents(pieces, "shop/a.bson", client, described)
    assert caught.value.code == "SW-MONGODB-014"


def test_a_url_that_names_one_database_is_that_database() -> None:
    scope = Scope("shop")
    assert (scope.holds("shop"), scope.holds("other"), scope.show("shop", "a")) == (
        True,
        False,
        "a",
    )
    everything = Scope("")
    assert [name for name in ("a", "admin", "local", "config") if everything.holds(name)] == ["a"]
    assert replace(TARGET).location.database == ""


def test_large_documents_are_replayed_some_at_a_time() -> None:
    """A client that has them all, and is asked again for one that was replaced meanwhile."""
    there = {n: bson.encode({"_id": n, "n": 0, "text": "x" * 2**20}) for n in range(20)}
    held: list[int] = []

    def batches(*_: Any) -> Any:
        yield from there.values()
        yield bson.encode({"_id": 0, "n": 1, "text": "x" * 2**20})

    def insert(_database: str, _collection: str, documents: list[bytes]) -> None:
        held.append(len(documents))
        assert all(bson.decode(each)["n"] == 1 for each in documents)

    client: Any = SimpleNamespace(read_batches=batches, insert=insert, delete=lambda *_: None)
    update = {"$v": 2, "diff": {"u": {"n": 1}}}
    Replay(client, ()).apply([entry("u", "shop.a", update, o2={"_id": n}) for n in there])
    assert sum(held) == 20
    assert max(held) <= 4
