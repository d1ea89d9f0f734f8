"""Every value comes back with the bits it had; every file is BSON and mongodump's."""

from __future__ import annotations

import decimal
import json
import random
import struct
from typing import Any

import pytest
from bson import Decimal128
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient

from engines.mongodb import strict_bson
from engines.mongodb.lab import Lab, fingerprint, opened
from seawall.engines.mongodb import dump, log_dump
from seawall.engines.mongodb.elements import split_documents

INT32, INT64, DOUBLE, TEXT, DECIMAL, DATE = 0x10, 0x12, 0x01, 0x02, 0x13, 0x09


def element(kind: int, name: str, value: bytes) -> bytes:
    return bytes([kind]) + name.encode() + b"\x00" + value


def document(*parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack("<i", len(body) + 5) + body + b"\x00"


def text(value: str) -> bytes:
    return struct.pack("<i", len(value.encode()) + 1) + value.encode() + b"\x00"


def binary(subtype: int, content: bytes) -> bytes:
    return struct.pack("<i", len(content)) + bytes([subtype]) + content


def adversarial() -> list[tuple[int, bytes]]:
    """Some hundreds of (type, value) that are easily confused or lost."""
    chance = random.Random(4)
    edges = [0, 1, -1, 2**31 - 1, -(2**31), 2**53, 2**53 + 1, 2**63 - 1, -(2**63)]
    values = [(INT64, struct.pack("<q", edge)) for edge in edges]
    values += [(INT32, struct.pack("<i", edge)) for edge in edges if -(2**31) <= edge < 2**31]
    values += [(DOUBLE, struct.pack("<d", edge)) for edge in edges]
    values += [(DOUBLE, struct.pack("<d", each)) for each in (-0.0, 5e-324, 1.8e308, 0.1, 1e16)]
    # Numbers that are none: quiet and signalling, with payloads, of both signs.
    nans = (0x7FF8 << 48, 0x7FF0 << 48 | 1, 0x7FF8 << 48 | 0xBEEF, 0xFFF8 << 48, 0xFFF0 << 48 | 7)
    values += [(DOUBLE, struct.pack("<Q", bits)) for bits in (*nans, 0x7FF0 << 48, 0xFFF0 << 48)]
    values += [(DECIMAL, chance.randbytes(16)) for _ in range(100)]
    values += [
        (DECIMAL, b"\xff" * 15 + b"\x5f"),
        (DECIMAL, bytes(16)),
        (DECIMAL, b"\x00" * 15 + b"\x80"),
    ]
    # The driver below SecantusDB knows the years 1 to 9999 alone.
    values += [
        (DATE, struct.pack("<q", each)) for each in (0, -1, 1, -62135596800000, 253402300799999)
    ]
    texts = [
        "",
        "a\x00b",
        "\u00e9",
        "e\u0301",
        "\U0001f30a",
        "\ufeff",
        "\u202e",
        "$where",
        "a.b",
        " " * 9,
    ]
    values += [(TEXT, text(each)) for each in texts]
    values += [(TEXT, text(chr(chance.randrange(0x20, 0xD800)) * 3)) for _ in range(60)]
    for subtype in (0, 1, 3, 4, 5, 6, 7, 128, 255):
        values += [
            (0x05, binary(subtype, chance.randbytes(16))),
            (0x05, binary(subtype, bytes(16))),
        ]
    values += [(0x07, chance.randbytes(12)) for _ in range(20)]
    values += [(0x11, struct.pack("<Q", each)) for each in (0, 1, 2**64 - 1, 1 << 32)]
    values += [(0x08, b"\x00"), (0x08, b"\x01"), (0x0A, b""), (0x7F, b""), (0xFF, b"")]
    values += [(0x0B, b"^a\x00" + flags + b"\x00") for flags in (b"", b"i", b"im", b"imsx", b"x")]
    values += [(0x0D, text("function () {}")), (0x03, document()), (0x04, document())]
    keys = ["a.b", "$set", "", ".", "$", "a..b", "\u00e9", "0", "_id", "$ref", "x" * 1000]
    for key in keys:
        values.append((0x03, document(element(INT32, key, struct.pack("<i", 1)))))
    one, two = struct.pack("<i", 1), struct.pack("<i", 2)
    values.append((0x03, document(element(INT32, "b", one), element(INT32, "a", two))))
    values.append((0x03, document(element(INT32, "a", two), element(INT32, "b", one))))
    for depth in range(5, 95, 8):
        nested = document()
        for _ in range(depth):
            nested = document(element(0x03, "n", nested))
        values.append((0x03, nested))
    for size in range(0, 60, 2):
        numbers = [element(INT32, str(at), struct.pack("<i", at)) for at in range(size)]
        values.append((0x04, document(*numbers)))
    return values


@pytest.mark.parametrize("method", [log_dump.METHOD, dump.METHOD])
def test_some_hundred_hard_values_come_back_bit_by_bit(lab: Lab, method: str) -> None:
    values = adversarial()
    assert len(values) >= 300
    raw = [
        document(element(INT32, "_id", struct.pack("<i", at)), element(kind, "value", value))
        for at, (kind, value) in enumerate(values)
    ]
    names = ["a.b", "$dollar", "", "\u00e9"]
    raw.append(
        document(
            element(INT32, "_id", struct.pack("<i", -1)), *(element(0x0A, n, b"") for n in names)
        )
    )
    ids = [element(DOUBLE, "_id", struct.pack("<d", 0.5)), element(TEXT, "_id", text("x"))]
    ids += [element(0x05, "_id", binary(4, b"u" * 16)), element(0x0A, "_id", b"")]
    ids += [
        element(
            0x03,
            "_id",
            document(element(INT32, "b", b"\x01\0\0\0"), element(INT32, "a", b"\x01\0\0\0")),
        )
    ]
    raw += [document(each) for each in ids]
    collection = lab.driver.shop.values

    def write_again() -> None:
        """The same through the oplog: inserted, and replaced, while the copy is there already."""
        late = lab.driver.shop.late
        late.insert_many([RawBSONDocument(each) for each in raw])

    collection.insert_many([RawBSONDocument(each) for each in raw])
    with lab.back_up(method, after_base=write_again) as taken:
        assert lab.differences(taken) == ()
        stored = set(split_documents(taken.read("shop/values.bson")))
        assert stored == set(raw)
    with opened(lab.copy) as client:
        for name in ("values", "late"):
            batches = client.read_batches("shop", name, 1000)
            assert {each for batch in batches for each in split_documents(batch)} == set(raw)


def test_the_fingerprint_tells_values_apart_that_compare_equal(lab: Lab) -> None:
    one = [
        element(INT32, "v", struct.pack("<i", 1)),
        element(INT64, "v", struct.pack("<q", 1)),
        element(DOUBLE, "v", struct.pack("<d", 1)),
        element(DECIMAL, "v", struct.pack("<QQ", 1, 0x3040 << 48)),
        element(DECIMAL, "v", struct.pack("<QQ", 10, 0x303E << 48)),
        element(0x08, "v", b"\x01"),
        element(DOUBLE, "v", struct.pack("<Q", 0x7FF8 << 48)),
        element(DOUBLE, "v", struct.pack("<Q", 0x7FF8 << 48 | 1)),
        element(DOUBLE, "v", struct.pack("<d", 0.0)),
        element(DOUBLE, "v", struct.pack("<d", -0.0)),
        element(INT32, "v", b"\x01\0\0\0") + element(INT32, "w", b"\x01\0\0\0"),
        element(INT32, "w", b"\x01\0\0\0") + element(INT32, "v", b"\x01\0\0\0"),
    ]
    totals = set()
    collection = lab.driver.shop.one
    for each in one:
        collection.delete_many({})
        collection.insert_one(RawBSONDocument(document(element(TEXT, "_id", text("x")), each)))
        with opened(lab.target) as client:
            (found,) = fingerprint(client).collections
        totals.add(found.buckets[0].total)
    assert len(totals) == len(one)


def test_the_files_are_what_mongodump_writes(lab: Lab) -> None:
    shop = lab.driver.shop
    names = ["plain", "with space", "a%c+d", "\u00e9t\u00e9.x", "x" * 150]
    for name in names:
        shop[name].insert_many([{"_id": n, "text": "caf\u00e9"} for n in range(3)])
    shop.plain.create_index("text", name="by text")
    with lab.back_up(dump.METHOD) as taken:
        assert "shop/plain.metadata.json" in taken.names()
        for name in taken.names():
            if name.endswith(".bson"):
                documents = list(strict_bson.read_file(taken.read(name)))
                assert [dict(each)["_id"].kind for each in documents] == [INT32] * 3
        told = json.loads(taken.read("shop/plain.metadata.json"))
        assert told["collectionName"] == "plain"
        assert told["type"] == "collection"
        assert len(told["uuid"]) == 32
        keys = [(index["name"], index["key"]) for index in told["indexes"]]
        assert keys == [
            ("_id_", {"_id": {"$numberInt": "1"}}),
            ("by text", {"text": {"$numberInt": "1"}}),
        ]
        assert lab.differences(taken) == ()


@pytest.mark.slow
def test_documents_of_16_mb_come_back_and_their_changes_too(lab: Lab) -> None:
    """The most that MongoDB takes: 16 MiB, less what the rest of the document needs."""
    whole = "x" * (16 * 2**20 - 64)
    large = lab.driver.shop.large
    large.insert_many([{"_id": n, "text": whole} for n in range(2)])

    def change() -> None:
        large.update_one({"_id": 1}, {"$set": {"text": whole[:-1] + "y"}})
        large.insert_one({"_id": 2, "text": whole[:-1] + "z"})

    with lab.back_up(after_base=change) as taken:
        assert lab.compare(taken).proven == 3
        assert lab.differences(taken) == ()


def test_a_decimal_of_39_digits_is_refused_by_the_type_and_34_are_exact(lab: Lab) -> None:
    with pytest.raises(decimal.Inexact):
        Decimal128("123456789012345678901234567890123456789")
    exact = [Decimal128(text) for text in ("9" * 34, "-0.000" + "1" * 34, "1E-6176")]
    kept = lab.driver.shop.decimals
    kept.insert_many([{"_id": at, "n": each} for at, each in enumerate(exact)])
    with lab.back_up(dump.METHOD) as taken:
        assert lab.differences(taken) == ()
    with MongoClient[Any](lab.copy.location.url()) as copy:
        assert [each["n"] for each in copy.shop.decimals.find(sort=[("_id", 1)])] == exact
