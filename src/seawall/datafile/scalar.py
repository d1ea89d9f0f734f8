"""Single words of the file: which are numbers, truth values or nothing, and which are text.

A subset of YAML 1.2's core schema in which no number has two readings: `010`, `0x10`, `1_000` and
`12:30` are text. https://yaml.org/spec/1.2.2/#103-core-schema
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from yaml.events import Event, ScalarEvent

from seawall.datafile.mistake import KeyPath

Plain: TypeAlias = str | float | bool | None

_YAML_1_1_BOOLEANS: Final = {
    spelling: "true" if word in ("yes", "on") else "false"
    for word in ("yes", "no", "on", "off")
    for spelling in (word, word.capitalize(), word.upper())
}
_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# Numbers of more digits are text: nothing in the file is that large.
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{0,18}([eE][-+]?[0-9]{1,2})?")
_TAGS: Final = (None, "!", *(f"tag:yaml.org,2002:{kind}" for kind in ("str", "map", "seq")))


def read_plain(word: str) -> Plain:
    """The value of a word written without quotes and tag."""
    if word in _WORDS:
        return _WORDS[word]
    if _INTEGER.fullmatch(word):
        return int(word)
    if _FLOAT.fullmatch(word):
        return float(word)
    return word


def read_scalar(event: ScalarEvent, path: KeyPath) -> tuple[Plain, str, str]:
    """A value, what is wrong with how it is written, and how to mend that."""
    if not event.implicit[0]:
        return event.value, "", ""
    if problem := _boolean_problem(event.value):
        is_backup = path[-1:] == ("backup",)
        return event.value, problem, "write none" if is_backup else f'write "{event.value}"'
    return read_plain(event.value), "", ""


def read_key(event: ScalarEvent) -> tuple[str, str, str]:
    """A key, what is wrong with how it is written, and how to mend that."""
    key = event.value
    if not event.implicit[0] or not isinstance(read_plain(key), bool | None):
        problem = _boolean_problem(key) if event.implicit[0] else ""
        return key, problem, f'write "{key}"' if problem else ""
    if not key:
        return key, "a key is missing before the ':'", "name it, or remove the line"
    return key, f"'{key}' is not read as text", f'write "{key}"'


def tag_problem(event: Event) -> str:
    """What is wrong with a value's tag, if it has one."""
    return "" if getattr(event, "tag", None) in _TAGS else "tags are not used in this file"


def is_missing_colon(key: Event, value: Event) -> bool:
    """Whether an empty value stands only for a `:` that is not there, as in `{a: 1, b}`."""
    if not isinstance(value, ScalarEvent) or value.value or value.style:
        return False
    end, start = key.end_mark, value.start_mark
    return bool(end and start and (end.line, end.column) == (start.line, start.column))


def _boolean_problem(word: str) -> str:
    meaning = _YAML_1_1_BOOLEANS.get(word)
    return f"many YAML programs read '{word}' as {meaning}" if meaning else ""
