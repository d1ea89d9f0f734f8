"""Files for the tests, with a mark before each place where a mistake is expected."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from seawall.datafile import FileMistakesError, Mistake, load
from seawall.model.tier import Tier

MARK = "«"
ENGINES = ("postgres", "redis", "valkey")
RECIPIENT = "age1" + "q" * 58


@dataclass(frozen=True)
class Marked:
    """A file's text and the (line, column) of each mark that was in it."""

    text: str
    spots: tuple[tuple[int, int], ...]


def marked(text: str) -> Marked:
    """Take the marks out of a text."""
    spots: list[tuple[int, int]] = []
    for number, line in enumerate(text.split("\n"), 1):
        before = line.split(MARK)[:-1]
        spots += [(number, len("".join(before[: i + 1])) + 1) for i in range(len(before))]
    return Marked(text.replace(MARK, ""), tuple(spots))


def write(folder: Path, content: str | bytes) -> Path:
    """Put a file in a folder."""
    path = folder / "seawall.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(folder: Path, content: str | bytes) -> Tier:
    """Load a file of that content."""
    return load(write(folder, content), ENGINES)


def mistakes_in(folder: Path, content: str | bytes) -> tuple[Mistake, ...]:
    """The mistakes of a file of that content, which has some."""
    path = write(folder, content)
    with pytest.raises(FileMistakesError) as caught:
        load(path, ENGINES)
    return caught.value.mistakes
