"""Keys with counts, spread by a hash over parts that each fit into memory."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from zlib import crc32

# Equal keys meet in the same part. With 256 parts, 100 million keys are 400,000 in each: two such
# parts, one of either end, take about 100 MB.
PARTS: Final = 256
MOST_HELD: Final = 32_768


class Partitions:
    """Keys with counts, written once and then read part by part; few keys never touch the disk.

    Args:
        folder: A folder of its own, which is made.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._held: list[list[bytes]] = [[] for _ in range(PARTS)]
        self._spilled: set[int] = set()

    def write(self, keys: Iterable[tuple[bytes, int]]) -> None:
        """Add (key, count) pairs; a key holds no line end and may come more than once."""
        held = self._held
        for number, (key, count) in enumerate(keys, 1):
            held[crc32(key) % PARTS].append(b"%d %b\n" % (count, key))
            if number % MOST_HELD == 0:
                self._spill()

    def read(self, part: int) -> Counter[bytes]:
        """The keys of one part, with the sums of their counts."""
        found: Counter[bytes] = Counter()
        for line in self._lines(part):
            count, _, key = line.partition(b" ")
            found[key[:-1]] += int(count)
        return found

    def read_parts(self) -> Iterator[Counter[bytes]]:
        """Every part, one after another."""
        return (self.read(part) for part in range(PARTS))

    def remove(self) -> None:
        """Forget all keys, also on disk."""
        shutil.rmtree(self._folder)
        self._held = []

    def _lines(self, part: int) -> Iterator[bytes]:
        if part in self._spilled:
            with self._path(part).open("rb") as file:
                yield from file
        yield from self._held[part]

    def _spill(self) -> None:
        for part, lines in enumerate(self._held):
            with self._path(part).open("ab") as file:
                file.writelines(lines)
            lines.clear()
            self._spilled.add(part)

    def _path(self, part: int) -> Path:
        return self._folder / str(part)


def read_both(ours: Partitions, theirs: Partitions) -> Iterator[tuple[Counter[bytes], set[bytes]]]:
    """Part by part: our keys with their counts, and the set of theirs that may equal them."""
    for part, keys in enumerate(ours.read_parts()):
        yield keys, set(theirs.read(part))
