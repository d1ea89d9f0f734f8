"""Did you mean: the known word nearest to a mistyped one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

LONGEST_WORD: Final = 60
_LEAST_SCORE: Final = 0.6
_MANY_WORDS: Final = 100
_PREFIX_SCORE: Final = 0.85
_PART_SCORE: Final = 0.75
_ABBREVIATION_SCORE: Final = 0.65
_PART_LENGTH: Final = 3
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_NOT_WORD = re.compile(r"[\W_]+")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was most likely meant; None when none is near."""
    short = word[:LONGEST_WORD]
    words = tuple(known)
    if len(words) > _MANY_WORDS:
        words = tuple(each for each in words if _share_an_end(short, each))
    scored = [(likeness(short, each), each) for each in words]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, ""))
    return best[1] if best[0] >= _LEAST_SCORE else None


def likeness(word: str, known: str) -> float:
    """How likely `known` was meant by `word`, from 0 to 1.

    Edit distance alone misses `retention` for `retain` and `pg` for `postgres`: beginnings, parts
    of compound words and abbreviations count as well.
    """
    left, right = _plain(word), _plain(known)
    if not left or not right:
        return 0.0
    longer, shorter = max(len(left), len(right)), min(len(left), len(right))
    spelling = 0.0
    if longer - shorter <= max(1, longer // 3):
        edits = edit_distance(left, right)
        spelling = 1 - edits / longer if edits <= max(1, longer // 3) else 0.0
    if shorter >= _PART_LENGTH and (left.startswith(right) or right.startswith(left)):
        spelling = max(spelling, _PREFIX_SCORE + 0.1 * shorter / longer)
    if _parts(word) & _parts(known):
        spelling = max(spelling, _PART_SCORE)
    if _is_abbreviation(left, right):
        spelling = max(spelling, _ABBREVIATION_SCORE)
    return spelling


def edit_distance(left: str, right: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two words."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        beyond, before, row = before, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, beyond[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _share_an_end(word: str, known: str) -> bool:
    """A cheap test before the dear one, for files of many names."""
    return word[:1] == known[:1] or word[-1:] == known[-1:]


@lru_cache(maxsize=8192)
def _plain(word: str) -> str:
    return _NOT_WORD.sub("", word).casefold()


@lru_cache(maxsize=8192)
def _parts(word: str) -> frozenset[str]:
    parts = (part.casefold() for part in _PART.findall(word))
    return frozenset(part.removesuffix("s") for part in parts if len(part) >= _PART_LENGTH)


def _is_abbreviation(short: str, full: str) -> bool:
    if len(short) < 2 or len(short) >= len(full) or short[0] != full[0]:  # noqa: PLR2004 - one letter abbreviates everything
        return False
    letters = iter(full)
    return all(letter in letters for letter in short)
