"""What is wrong with the file, where, and how to mend it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from seawall.errors import UsageError

KeyPath: TypeAlias = tuple[str | int, ...]
"""The way from the file's root to a value: keys, and indices of lists."""

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_TELLTALE = re.compile(r"://|@|(?i:age-|passw|pwd|secret|token|private)")
_PASSWORD_KINDS = tuple(map(re.compile, ("[a-z]", "[A-Z]", "[0-9]", r"[^\w\s./-]")))
_PASSWORD_LENGTH, _PASSWORD_MIX = 8, 3
_SHOWN_LENGTH = 40
_MARK = "\0"
_INDEX = re.compile(r"\+?[0-9]+")


@dataclass(frozen=True, order=True)
class Spot:
    """A place in the file; lines and columns start at 1, a column is one character."""

    line: int
    column: int


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing that is wrong with the file.

    Attributes:
        line: From 1.
        column: In characters, from 1.
        path: `stores.cache.engine`; empty where the file could not be read that far.
        text: What is wrong; never a secret.
        suggestion: How to mend it; empty where nothing can be said.
    """

    line: int
    column: int
    path: str
    text: str
    suggestion: str

    @property
    def spot(self) -> Spot:
        """Its line and column."""
        return Spot(self.line, self.column)

    def __str__(self) -> str:
        path = f" {self.path}:" if self.path else ""
        suggestion = f"; {self.suggestion}" if self.suggestion else ""
        return f"{self.line}:{self.column}{path} {self.text}{suggestion}"


class FileMistakesError(UsageError):
    """The file has mistakes: all of them, in the order of the file.

    Args:
        path: The file.
        mistakes: At least one; they are sorted and said once.
    """

    def __init__(self, path: Path, mistakes: tuple[Mistake, ...]) -> None:
        self.path = path
        self.mistakes = tuple(sorted(set(mistakes)))
        lines = "".join(f"\n  {path.name}:{mistake}" for mistake in self.mistakes)
        count = "1 mistake" if len(self.mistakes) == 1 else f"{len(self.mistakes)} mistakes"
        super().__init__(
            "SW-FILE-001",
            attempted=f"read {path}",
            happened=f"it has {count}:{lines}\n",
            hint="Mend them and run the command again; nothing was changed.",
        )

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the error picklable: threads and processes hand it on."""
        return (FileMistakesError, (self.path, self.mistakes))


def mistake_at(spot: Spot, path: KeyPath, text: str, suggestion: str) -> Mistake:
    """A mistake at a spot of the file."""
    return Mistake(spot.line, spot.column, dotted(path), text, suggestion)


def dotted(path: KeyPath) -> str:
    """A path for people: `links[0].every`; a key of other characters is quoted."""
    return "".join(map(_step, path)).removeprefix(".")


def path_key(key: str) -> str:
    """A key as paths hold it: the schema library's paths lose empty keys, and make digits indices.

    No such key is legal anywhere in the file.
    """
    return f"{_MARK}{key}" if not key or _INDEX.fullmatch(key) else key


def may_be_secret(value: str) -> bool:
    """Whether a value looks like a login, a key or a generated password."""
    kinds = sum(kind.search(value) is not None for kind in _PASSWORD_KINDS)
    is_mixed = len(value) >= _PASSWORD_LENGTH and kinds >= _PASSWORD_MIX
    return is_mixed or _TELLTALE.search(value) is not None


def shown(value: str) -> str:
    """A value of the file as a message may repeat it: short, printable, and no secret."""
    return "this text" if may_be_secret(value) else f"'{_printable(value)}'"


def shown_key(key: str) -> str:
    """A key of the file as a message may repeat it."""
    plain = key.removeprefix(_MARK)
    return "this key" if may_be_secret(plain) and not _is_word(plain) else f"'{_printable(plain)}'"


def _step(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    return f".{key}" if _is_word(key) else f"[{shown_key(key)}]"


def _is_word(key: str) -> bool:
    """Whether a key can be a name of the file, such as `password`."""
    return len(key) <= _SHOWN_LENGTH and _PLAIN_KEY.fullmatch(key) is not None


def _printable(text: str) -> str:
    cut = text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}…"
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in cut)
