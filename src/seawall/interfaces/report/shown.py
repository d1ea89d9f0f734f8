"""Names and values out of a database, made fit to be shown: all of it visible, none of it endless."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

NAME_LENGTH = 80
VALUE_LENGTH = 160
SENTENCE_LENGTH = 1200
# A report stays readable: report.json has the rest.
MOST_SENTENCES = 200

# Controls, direction marks, halves of pairs, private and unassigned characters, line separators:
# what would break a line, turn it round or draw nothing is written as its escape.
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
MARKS = frozenset({"Mn", "Me"})
# No script stacks more marks than this on one letter; a taller stack covers the lines above it.
MOST_MARKS = 4
RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
ISOLATE, END_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def show_name(text: str) -> str:
    """The name of a store, a field, a link end, a method."""
    return _show(text, NAME_LENGTH)


def show_value(text: str) -> str:
    """A value of a record, or a position; an empty one is a value too."""
    return _show(text, VALUE_LENGTH) or '""'


def show_sentence(text: str) -> str:
    """A finding or a reason: line breaks become spaces."""
    return _show(" ".join(text.splitlines()), SENTENCE_LENGTH)


def show_sentences(texts: tuple[str, ...]) -> tuple[str, ...]:
    """The first sentences, and how many more there are."""
    shown = tuple(show_sentence(text) for text in texts[:MOST_SENTENCES])
    more = len(texts) - len(shown)
    return (*shown, f"… and {more:,} more, in report.json") if more else shown


def _show(text: str, length: int) -> str:
    if text.isspace():
        text = f'"{text}"'
    shown = _isolate("".join(_visible(text[:length])))
    return shown if len(text) <= length else f"{shown}… ({len(text):,} characters)"


def _isolate(text: str) -> str:
    """Keep text that runs from right to left from turning its neighbours round."""
    if any(unicodedata.bidirectional(char) in RIGHT_TO_LEFT for char in text):
        return f"{ISOLATE}{text}{END_ISOLATE}"
    return text


def _visible(text: str) -> Iterator[str]:
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category in MARKS else 0
        if category in HIDDEN or marks > MOST_MARKS:
            yield char.encode("unicode_escape").decode("ascii")
        else:
            yield char
