"""What the YAML parser objects to, in words, and at the place that a reader must mend."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from yaml.error import Mark, MarkedYAMLError

_TAB: Final = "\t"
# Brackets, and what can hold a bracket that is none: quotes and comments.
_LONG_LINE: Final = 1000
_BRACKET = re.compile(r"""[\[\]{}]|"(?:[^"\\]|\\.)*"|'[^']*'|(?:^|\s)\#.*""")
_ANY: Final = ("this is not valid YAML", "check the quotes, brackets and indentation here")

# The parser's own texts can hold a part of the file, and that part can be a password: they are
# recognised and never repeated. `start` stands where the broken value begins.
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "mapping values are not allowed": (
        "a ':' is not expected here",
        "check the indentation, or put the text in quotes",
    ),
    "found unexpected ':'": ("a ':' is not expected here", "put a space after it, or quotes"),
    "did not find expected key": (
        "this does not belong here",
        "indent it like the lines around it, and close quotes and brackets before it",
    ),
    "did not find expected '-'": (
        "a list item is expected here",
        "begin it with '- ', or indent it like the lines around it",
    ),
    "block sequence entries": ("a '-' is not expected here", "begin the list on its own line"),
    "did not find expected node content": (
        "a value is expected here",
        "write one, or put the text in quotes",
    ),
    "did not find expected ',' or": (
        "a ',' or a closing bracket is expected here",
        "check the brackets before it",
    ),
    "found unknown escape": (
        "there is no such escape in double quotes",
        "write \\\\ for a backslash, or use single quotes",
    ),
    "invalid Unicode character escape": ("there is no such character", "write it as it is"),
    "cannot start any token": ("a text cannot begin like this", "put the text in quotes"),
    "did not find expected <document start>": (
        "text after the end of the document",
        "remove it, or the '...' before it",
    ),
    "found unknown directive": ("a text cannot begin like this", "put the text in quotes"),
    "found incompatible YAML": ("this version of YAML is not known", "remove the directive"),
    "undefined tag handle": ("tags are not used in this file", "remove the tag"),
}
_WORDS_AT_START: Final[dict[str, tuple[str, str]]] = {
    "while scanning a quoted scalar": (
        "this quote is never closed",
        "close it on the same line with the same quote",
    ),
    "while scanning a simple key": ("there is no ':' after this", "write it as key: value"),
    "while scanning an alias": ("a text that starts with * needs quotes", "put it in quotes"),
    "while scanning an anchor": ("a text that starts with & needs quotes", "put it in quotes"),
    "while scanning a tag": ("a text that starts with ! needs quotes", "put it in quotes"),
    "while scanning a block scalar": (
        "a text that starts with | or > needs quotes",
        "put it in quotes, or begin it on the next line",
    ),
}
_NEVER_CLOSED: Final = ("this bracket is never closed", "close it, or indent what belongs to it")


@dataclass(frozen=True)
class Break:
    """Where YAML is broken.

    Attributes:
        line: From 0.
        column: From 0.
        text: What is wrong.
        suggestion: How to mend it.
    """

    line: int
    column: int
    text: str
    suggestion: str


def read_break(error: MarkedYAMLError, lines: Sequence[str]) -> Break:
    """Explain the parser's error.

    Args:
        error: As it was raised for `lines`.
        lines: The text, with line breaks.
    """
    problem, context = error.problem or "", error.context or ""
    start, end = error.context_mark, error.problem_mark
    if "while parsing a flow" in context:
        brackets = _open_brackets(lines)
        if start and (start.line, start.column) in brackets:
            return _break_at(start, _NEVER_CLOSED)
        if brackets and end and end.line >= len(lines):
            return Break(*brackets[-1], *_NEVER_CLOSED)
    for known, words in _WORDS_AT_START.items():
        if start and context.startswith(known):
            return _break_at(start, words)
    found = (words for known, words in _WORDS.items() if known in problem)
    return _break_at(error.problem_mark or start, next(found, _ANY))


def is_about_tab(error: MarkedYAMLError, lines: Sequence[str]) -> bool:
    """Whether the parser stopped at a tab that it does not take for a blank."""
    mark = error.problem_mark
    if mark is None or mark.line >= len(lines):
        return False
    return lines[mark.line][mark.column : mark.column + 1] == _TAB


def _open_brackets(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Line and column, from 0, of the brackets that the text leaves open, the innermost last."""
    brackets: list[tuple[int, int]] = []
    for number, line in enumerate(lines):
        for found in _BRACKET.finditer(line[:_LONG_LINE]):
            if found.group() in "[{":
                brackets.append((number, found.start()))
            elif found.group() in "]}" and brackets:
                brackets.pop()
    return brackets


def _break_at(mark: Mark | None, words: tuple[str, str]) -> Break:
    line, column = (mark.line, mark.column) if mark else (0, 0)
    return Break(line, column, *words)
