"""Check links between stores: every value on one end exists on the other.

Keys are spread over temporary files and compared part by part, so that memory stays bounded.
"""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from seawall.capabilities.records import Records
from seawall.model.collection import KeyCount
from seawall.model.link import Fields, LeftOut, Link, LinkProof, LinkResult
from seawall.operations.partitions import Partitions, read_both

EXAMPLES = 5
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
    """What checking one link found; its broken values are streamed from files.

    Args:
        link: The link.
        broken: Value tuples without a partner, and how many records carry each.
        scratch: The check's own folder.
        checked: Records whose fields are all present.
        promised_nothing: Records with a null or absent field.
    """

    def __init__(
        self, link: Link, broken: Partitions, scratch: Path, checked: int, promised_nothing: int
    ) -> None:
        self.link = link
        self._broken = broken
        self._scratch = scratch
        self._checked = checked
        self._promised_nothing = promised_nothing

    def result(self) -> LinkResult:
        """The counts, and the broken values that most records carry."""
        tally = _Tally(self.broken())
        return LinkResult(
            link=self.link.name,
            checked=self._checked,
            holds=self._checked - tally.records,
            promised_nothing=self._promised_nothing,
            broken=tally.records,
            broken_values=tally.values,
            examples=tally.examples,
        )

    def broken(self) -> Iterator[Broken]:
        """Every broken value tuple, in no order that means anything."""
        for part in self._broken.read_parts():
            for key, records in part.items():
                yield Broken(_decode(key), records)

    def prove(self, before: Iterable[tuple[str, ...]]) -> LinkProof:
        """Compare with the value tuples that were broken at the point."""
        then = Partitions(self._scratch / "before")
        then.write((_encode(values), 1) for values in before)
        by_restore = _Tally(
            Broken(_decode(key), records)
            for now, known in read_both(self._broken, then)
            for key, records in now.items()
            if key not in known
        )
        result = self.result()
        return LinkProof(
            link=result.link,
            checked=result.checked,
            holds=result.holds,
            broken_before=result.broken - by_restore.records,
            broken_by_restore=by_restore.records,
            examples=by_restore.examples or result.examples,
        )


class _Tally:
    """Counts broken values while they stream by, and keeps those that most records carry."""

    def __init__(self, broken: Iterable[Broken]) -> None:
        self.values = 0
        self.records = 0
        most = heapq.nsmallest(
            EXAMPLES, self._count(broken), key=lambda each: (-each.records, each.values)
        )
        self.examples = tuple(str(each) for each in most)

    def _count(self, broken: Iterable[Broken]) -> Iterator[Broken]:
        for each in broken:
            self.values += 1
            self.records += each.records
            yield each


@contextmanager
def check_link(link: Link, readers: Readers, scratch: Path) -> Generator[CheckedLink]:
    """Read both ends of one link and compare them.

    Raises:
        UsageError: SW-LINK-001 when a store has no such collection or field.
    """
    with tempfile.TemporaryDirectory(prefix="link-", dir=scratch) as name:
        folder = Path(name)
        wanted, there = Partitions(folder / "wanted"), Partitions(folder / "there")
        # The promising end first: what it promises was written before, so that on a live tier a
        # record that appears meanwhile is not taken for a broken promise.
        promises = _Promises(_keys(link.every, readers))
        wanted.write(promises.present())
        there.write((_encode(key.values), 1) for key in _keys(link.exists_in, readers))
        broken = Partitions(folder / "broken")
        broken.write(
            (key, records)
            for keys, known in read_both(wanted, there)
            for key, records in keys.items()
            if key not in known
        )
        wanted.remove()
        there.remove()
        yield CheckedLink(link, broken, folder, promises.checked, promises.nothing)


@dataclass(frozen=True)
class CheckedLinks:
    """What checking several links now shows.

    Attributes:
        links: Those whose ends can both be read.
        not_checked: The others, with the reason.
    """

    links: tuple[LinkResult, ...] = ()
    not_checked: tuple[LeftOut, ...] = ()

    @property
    def broken(self) -> int:
        """Records whose values do not exist on the other end."""
        return sum(link.broken for link in self.links)


def check_links(links: Iterable[Link], readers: Readers, scratch: Path) -> CheckedLinks:
    """Check every link between stores that have a reader."""
    results: list[LinkResult] = []
    not_checked: list[LeftOut] = []
    for link in links:
        missing = {link.every.store, link.exists_in.store} - readers.keys()
        if missing:
            why = f"{', '.join(sorted(missing))} is not reachable"
            not_checked.append(LeftOut(link.name, why))
            continue
        with check_link(link, readers, scratch) as checked:
            results.append(checked.result())
    return CheckedLinks(tuple(results), tuple(not_checked))


class _Promises:
    """Counts the records of the promising end while they stream by."""

    def __init__(self, keys: Iterator[KeyCount]) -> None:
        self.checked = 0
        self.nothing = 0
        self._keys = keys

    def present(self) -> Iterator[tuple[bytes, int]]:
        """The value tuples that must exist on the other end."""
        for values, records in self._keys:
            if None in values:
                self.nothing += records
            else:
                self.checked += records
                yield _encode(values), records


def _keys(end: Fields, readers: Readers) -> Iterator[KeyCount]:
    return readers[end.store].read_keys(end.collection, end.names)


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(tuple[str, ...]).decode
