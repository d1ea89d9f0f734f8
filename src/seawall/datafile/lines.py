"""Lines and columns as YAML counts them."""

from __future__ import annotations

import re

from seawall.datafile.mistake import Spot

_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


def split_lines(text: str) -> tuple[str, ...]:
    """The lines with their breaks."""
    ends = [found.end() for found in _BREAK.finditer(text)]
    starts = [0, *ends]
    lines = [text[start:end] for start, end in zip(starts, [*ends, len(text)], strict=True)]
    return tuple(lines if lines[-1] else lines[:-1])


def spot_of(text: str, index: int) -> Spot:
    """Where the character at an index stands."""
    line, start = 1, 0
    for found in _BREAK.finditer(text, 0, index):
        line, start = line + 1, found.end()
    return Spot(line, index - start + 1)


def indent_of(line: str) -> int:
    """How many spaces the line begins with."""
    return len(line) - len(line.lstrip(" "))
