"""Key patterns guessed from keys: which of their segments are fixed, and which vary."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from seawall.engines.redis.keyspaces import to_text
from seawall.model.pattern import KeyPattern

SEPARATORS: Final = (":", "/")
# A word at one place of the keys names a kind of key when it has no digit and few others stand
# there with it; everything else is a value.
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z_-]{1,30}")
MOST_WORDS: Final = 20
# Fewer keys than this are no pattern but names of their own.
FEWEST_KEYS: Final = 3
MOST_PATTERNS: Final = 30

_Segments = tuple[str, ...]


def guess_patterns(keys: Iterable[bytes]) -> tuple[tuple[str, str], ...]:
    """(collection, key pattern) pairs, those with most keys first."""
    groups: dict[tuple[str, int], list[_Segments]] = defaultdict(list)
    for key in keys:
        text = to_text(key)
        separator = next((each for each in SEPARATORS if each in text), "")
        if separator:
            segments = tuple(text.split(separator))
            groups[separator, len(segments)].append(segments)
    found = [
        (len(members), separator, fixed)
        for (separator, _), group in groups.items()
        for fixed, members in _split(group, 0)
        if fixed[0] and None in fixed and len(members) >= FEWEST_KEYS
    ]
    found.sort(key=lambda each: (-each[0], each[1], str(each[2])))
    named: dict[str, str] = {}
    for _, separator, fixed in found[:MOST_PATTERNS]:
        name = "_".join(re.sub(r"\W", "_", word) for word in fixed if word).lower()
        pattern = separator.join(_parts(fixed))
        if name not in named and _is_legal(pattern):
            named[name] = pattern
    return tuple(named.items())


def _split(
    group: list[_Segments], place: int
) -> Iterator[tuple[tuple[str | None, ...], list[_Segments]]]:
    """Split a group of keys of equal length by the words at each place in turn."""
    if place == len(group[0]):
        yield (), group
        return
    at_place: dict[str, list[_Segments]] = defaultdict(list)
    for segments in group:
        at_place[segments[place]].append(segments)
    words = {each for each in at_place if _WORD.fullmatch(each)}
    is_word = len(at_place) <= MOST_WORDS or place == 0
    fixed = words if is_word else set[str]()
    for word in sorted(fixed):
        for rest, members in _split(at_place[word], place + 1):
            yield (word, *rest), members
    others = [each for text, part in at_place.items() if text not in fixed for each in part]
    if others:
        for rest, members in _split(others, place + 1):
            yield (None, *rest), members


def _parts(fixed: tuple[str | None, ...]) -> Iterator[str]:
    """The first value is the record's own; the others are named by the word before them."""
    taken: set[str] = set()
    for place, word in enumerate(fixed):
        if word is not None:
            yield word.replace("{", "{{").replace("}", "}}")
            continue
        before = fixed[place - 1] if place else None
        name = "id" if "id" not in taken and place == 1 else f"{before or 'part'}_id"
        name = re.sub(r"\W", "_", name)
        while name in taken:
            name += "2"
        taken.add(name)
        yield f"{{{name}}}"


def _is_legal(pattern: str) -> bool:
    try:
        KeyPattern.parse(pattern)
    except ValueError:
        return False
    return True
