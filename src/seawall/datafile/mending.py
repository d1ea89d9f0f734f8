"""Broken YAML: name each break, and leave out as little as possible to read the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import yaml
from yaml.error import MarkedYAMLError
from yaml.events import CollectionEndEvent, CollectionStartEvent

from seawall.datafile.composer import EMPTY, LARGEST_DEPTH, compose
from seawall.datafile.lines import indent_of, split_lines
from seawall.datafile.mistake import Mistake
from seawall.datafile.syntax import Break, is_about_tab, read_break
from seawall.datafile.tree import Document

# How far a tab indents is not known: each width is tried.
_TAB_WIDTHS: Final = (2, 4, 8)
_MOST_REPAIRS: Final = 100
_ENTRY = re.compile(r"""- |-$|("[^"]*"|'[^']*'|[^\s#\]}\[{,"'][^#]*?)\s*:(\s|$)""")
# A key is at the line's beginning; the rest of a long line would cost these expressions dearly.
_KEY_LENGTH: Final = 200
_HEADER = re.compile(r"""(- )?("[^"]*"|'[^']*'|[^\s#\]}\[{,"':]+)\s*:\s*(#.*)?$""")


def read_yaml(text: str) -> tuple[Document, ...]:
    """Read the file's text; several readings where tabs leave the nesting open."""
    try:
        return (compose(text, {}),)
    except MarkedYAMLError:
        widths = _TAB_WIDTHS if "\t" in text else _TAB_WIDTHS[:1]
        return tuple(_mend(split_lines(text), width) for width in widths)


@dataclass(frozen=True)
class _Draft:
    """The text with what is broken left out.

    Attributes:
        lines: A line that is left out is blank.
        mistakes: What was broken.
        shifts: By line, how many characters it has more than the file's own line.
        is_whole: Whether nothing was left out.
    """

    lines: tuple[str, ...]
    mistakes: tuple[Mistake, ...] = ()
    shifts: dict[int, int] = field(default_factory=dict[int, int])
    is_whole: bool = True

    def with_line(self, number: int, line: str) -> _Draft:
        return replace(self, lines=(*self.lines[:number], line, *self.lines[number + 1 :]))

    def with_mistake(self, mistake: Mistake) -> _Draft:
        return replace(self, mistakes=(*self.mistakes, mistake))


def _mend(lines: tuple[str, ...], tab_width: int) -> Document:
    draft = _Draft(lines)
    for _ in range(_MOST_REPAIRS):
        try:
            document = compose("".join(draft.lines), draft.shifts)
        except MarkedYAMLError as error:
            if is_about_tab(error, draft.lines):
                draft = _without_tab(draft, error, tab_width)
            else:
                draft = _without_breaks(draft, error)
        else:
            return _joined(draft, document)
    return Document(None, draft.mistakes, is_whole=False)


def _joined(draft: _Draft, document: Document) -> Document:
    found = document.mistakes
    if not draft.is_whole:
        found = tuple(each for each in found if each != EMPTY)
    mistakes = (*draft.mistakes, *found)
    is_whole = document.is_whole and draft.is_whole
    return replace(document, mistakes=mistakes, is_whole=is_whole)


def _without_tab(draft: _Draft, error: MarkedYAMLError, width: int) -> _Draft:
    """Put blanks for a tab, and for all others that the line begins with."""
    mark = error.problem_mark
    number, column = (mark.line, mark.column) if mark else (0, 0)
    line = draft.lines[number]
    words = ("a tab where YAML wants blanks", "indent with blanks")
    draft = draft.with_mistake(_place(draft, Break(number, column, *words)))
    rest = line.lstrip(" \t")
    margin = line[: len(line) - len(rest)]
    if column >= len(margin):
        return draft.with_line(number, f"{line[:column]} {line[column + 1 :]}")
    blanks = margin.replace("\t", " " * width)
    shifts = {**draft.shifts, number: len(blanks) - len(margin)}
    return replace(draft.with_line(number, blanks + rest), shifts=shifts)


def _without_breaks(draft: _Draft, error: MarkedYAMLError) -> _Draft:
    """Leave out each smallest block that is no YAML by itself."""
    everything = range(len(draft.lines))
    found = _broken_blocks(draft.lines, everything)
    blocks = [each for each in found if not is_about_tab(each[1], _cut(draft.lines, each[0]))]
    for block, block_error in blocks or [(everything, error)]:
        broken = read_break(block_error, _cut(draft.lines, block))
        draft = draft.with_mistake(_place(draft, replace(broken, line=broken.line + block.start)))
        for number in block:
            draft = draft.with_line(number, "\n")
    return replace(draft, is_whole=False)


def _broken_blocks(lines: tuple[str, ...], block: range) -> Iterator[tuple[range, MarkedYAMLError]]:
    error = _error_in(_cut(lines, block))
    if error is not None:
        parts = _parts(lines, block)
        inner = [found for part in parts for found in _broken_blocks(lines, part)]
        yield from inner or [(block, error)]


def _parts(lines: tuple[str, ...], block: range) -> tuple[range, ...]:
    """The entries of a block; of a block that is one entry, the entries below it."""
    entries = _entries(lines, block)
    if len(entries) > 1:
        return entries
    head = next((number for number in block if _is_content(lines[number])), block.start)
    if len(block) > 1 and _HEADER.fullmatch(lines[head].strip()[:_KEY_LENGTH]):
        return _entries(lines, range(head + 1, block.stop))
    return ()


def _entries(lines: tuple[str, ...], block: range) -> tuple[range, ...]:
    content = [number for number in block if _is_content(lines[number])]
    if not content:
        return ()
    margin = indent_of(lines[content[0]])
    starts = [number for number in content if _begins_entry(lines[number], margin)]
    if not starts:
        return ()
    stops = [*starts[1:], block.stop]
    return tuple(map(range, [block.start, *starts[1:]], stops))


def _is_content(line: str) -> bool:
    text = line.strip()
    return bool(text) and not text.startswith(("#", "---"))


def _begins_entry(line: str, margin: int) -> bool:
    return indent_of(line) <= margin and _ENTRY.match(line.strip()[:_KEY_LENGTH] + "\n") is not None


def _cut(lines: tuple[str, ...], block: range) -> tuple[str, ...]:
    return lines[block.start : block.stop]


def _error_in(lines: tuple[str, ...]) -> MarkedYAMLError | None:
    """The block's first error; none where it is nested so deep that it is refused anyway."""
    depth = 0
    try:
        for event in yaml.parse("".join(lines), Loader=yaml.CSafeLoader):
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if depth > LARGEST_DEPTH:
                return None
    except MarkedYAMLError as error:
        return error
    return None


def _place(draft: _Draft, broken: Break) -> Mistake:
    column = broken.column + 1 - draft.shifts.get(broken.line, 0)
    return Mistake(broken.line + 1, column, "", broken.text, broken.suggestion)
