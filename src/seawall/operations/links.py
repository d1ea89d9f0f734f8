"""Check links between stores: every value on one end exists on the other.

Keys are compared in a temporary SQLite file, so that memory stays bounded at any size.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from seawall.capabilities.records import Records
from seawall.model.collection import KeyCount
from seawall.model.link import Fields, Link, LinkProof, LinkResult

EXAMPLES = 5
# Keys come in no order: with SQLite's default of 2 MB each insert would read and write a page.
CACHE_KIB = 48 * 1024
Readers = Mapping[str, Records]
"""Store name -> the records of that store, all at the same instant."""


@dataclass(frozen=True)
class Broken:
    """One value tuple that does not exist on the other end, and how many records carry it."""

    values: tuple[str, ...]
    records: int

    def __str__(self) -> str:
        return ", ".join(self.values)


class CheckedLink:
    """What checking one link found; its broken values are streamed from the file."""

    def __init__(self, link: Link, file: sqlite3.Connection) -> None:
        self.link = link
        self._file = file

    def result(self) -> LinkResult:
        """The counts, and the first few broken values."""
        promised_nothing = _number(self._file, "SELECT coalesce(sum(n), 0) FROM absent")
        checked = _number(self._file, "SELECT coalesce(sum(n), 0) FROM wanted")
        broken = _number(self._file, "SELECT coalesce(sum(n), 0) FROM broken")
        return LinkResult(
            link=self.link.name,
            checked=checked,
            holds=checked - broken,
            promised_nothing=promised_nothing,
            broken=broken,
            broken_values=_number(self._file, "SELECT count(*) FROM broken"),
            examples=tuple(str(each) for each in self.broken(EXAMPLES)),
        )

    def broken(self, limit: int = -1) -> Iterator[Broken]:
        """Broken value tuples, most records first; -1 for all of them."""
        rows = self._file.execute("SELECT k, n FROM broken ORDER BY n DESC, k LIMIT ?", (limit,))
        for key, records in rows:
            yield Broken(_decode(key), records)

    def prove(self, before: Iterable[tuple[str, ...]]) -> LinkProof:
        """Compare with the value tuples that were broken at the point."""
        self._file.execute("CREATE TEMP TABLE before (k BLOB PRIMARY KEY) WITHOUT ROWID")
        self._file.executemany(
            "INSERT OR IGNORE INTO before VALUES (?)", ((_encode(values),) for values in before)
        )
        new = "FROM broken WHERE k NOT IN (SELECT k FROM before)"
        by_restore = _number(self._file, f"SELECT coalesce(sum(n), 0) {new}")
        rows = self._file.execute(f"SELECT k {new} ORDER BY n DESC, k LIMIT {EXAMPLES}")
        examples = tuple(", ".join(_decode(key)) for (key,) in rows)
        result = self.result()
        return LinkProof(
            link=result.link,
            checked=result.checked,
            holds=result.holds,
            broken_before=result.broken - by_restore,
            broken_by_restore=by_restore,
            examples=examples or result.examples,
        )


@contextmanager
def check_link(link: Link, readers: Readers, scratch: Path) -> Generator[CheckedLink]:
    """Read both ends of one link and compare them.

    Raises:
        UsageError: SW-LINK-001 when a store has no such collection or field.
    """
    path = scratch / "link.sqlite"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        # The file is thrown away: nothing of it must survive a crash.
        file.executescript(
            f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -{CACHE_KIB};"
            "CREATE TABLE there (k BLOB PRIMARY KEY) WITHOUT ROWID;"
            "CREATE TABLE wanted (k BLOB PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;"
            "CREATE TABLE absent (n INTEGER NOT NULL);"
        )
        file.execute("BEGIN")
        # The promising end first: what it promises was written before, so that on a live tier a
        # record that appears meanwhile is not taken for a broken promise.
        absent = _insert_wanted(file, _keys(link.every, readers))
        file.executemany(
            "INSERT OR IGNORE INTO there VALUES (?)",
            ((_encode(key.values),) for key in _keys(link.exists_in, readers)),
        )
        file.execute("INSERT INTO absent VALUES (?)", (absent,))
        file.execute(
            "CREATE TABLE broken AS SELECT k, n FROM wanted"
            " WHERE NOT EXISTS (SELECT 1 FROM there WHERE there.k = wanted.k)"
        )
        file.execute("COMMIT")
        yield CheckedLink(link, file)
    path.unlink(missing_ok=True)


def _insert_wanted(file: sqlite3.Connection, keys: Iterator[KeyCount]) -> int:
    """Store the values that must exist; the number of records that promise nothing."""
    absent = 0

    def present() -> Iterator[tuple[bytes, int]]:
        nonlocal absent
        for key in keys:
            if None in key.values:
                absent += key.records
            else:
                yield _encode(key.values), key.records

    file.executemany(
        "INSERT INTO wanted VALUES (?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n", present()
    )
    return absent


def _keys(end: Fields, readers: Readers) -> Iterator[KeyCount]:
    return readers[end.store].read_keys(end.collection, end.names)


def _number(file: sqlite3.Connection, query: str) -> int:
    return int(file.execute(query).fetchone()[0])


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(tuple[str, ...]).decode
