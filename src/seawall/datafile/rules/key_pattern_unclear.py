"""A key pattern gives each key one reading, and no pattern hides behind an earlier one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Final

from seawall.datafile.mistake import Mistake, mistake_at, shown_key
from seawall.datafile.tree import Child, Tree
from seawall.model.pattern import OTHER, KeyPattern, classify

_HINT: Final = "write text and {parts} in turn, such as flight:{origin}:{key}"
# Each pattern is held against all before it; nobody writes as many by hand.
_MOST_PATTERNS: Final = 200


def find_unclear_key_patterns(root: Tree) -> Iterator[Mistake]:
    """Key patterns that cannot be read, and those that can never match."""
    for store in root.under("stores"):
        path = ("stores", store, "collections")
        patterns: list[tuple[str, KeyPattern]] = []
        for name, child in root.under(*path).items():
            pattern, problem, suggestion = _read(child, patterns)
            if problem:
                yield mistake_at(child.tree.spot, (*path, name), problem, suggestion)
            if pattern and len(patterns) < _MOST_PATTERNS:
                patterns.append((str(name), pattern))


def _read(
    child: Child, earlier: list[tuple[str, KeyPattern]]
) -> tuple[KeyPattern | None, str, str]:
    if child.tree.text is None:
        return None, "", ""
    try:
        pattern = KeyPattern.parse(child.tree.text)
    except ValueError as error:
        return None, f"this is not a key pattern: {error}", _HINT
    taker = _taker(pattern, earlier)
    if taker == OTHER:
        return pattern, "", ""
    text = f"no key comes this far: {shown_key(taker)} takes all that match"
    return pattern, text, f"write it before {shown_key(taker)}"


def _taker(pattern: KeyPattern, earlier: list[tuple[str, KeyPattern]]) -> str:
    # Characters for private use: no literal of an earlier pattern holds them by chance.
    values = [chr(0xE000 + index) for index in range(len(pattern.fields))]
    with contextlib.suppress(ValueError):
        return classify(earlier, pattern.format(values))
    return OTHER
