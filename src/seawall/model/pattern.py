"""Key patterns: how the keys of a store without a schema name a collection and its fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

OTHER: Final = "(other)"
"""The collection of every key that no pattern matches."""

MOST_FIELDS: Final = 50

_TOKEN = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+")
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_GLOB_CHARACTER = re.compile(r"[*?\[\]\\]")


@dataclass(frozen=True)
class KeyPattern:
    """A key with named parts, such as `flight:{origin}:{key}`.

    A part is never empty and ends where the text after it first occurs; a part with no text after
    it takes the rest of the key. So a key has at most one reading. `{{` and `}}` stand for braces.

    Attributes:
        text: As the file writes it.
        fields: The names of the parts, in order.
        literals: The text before, between and after the parts: one more than there are parts.
    """

    text: str
    fields: tuple[str, ...]
    literals: tuple[str, ...]
    _expression: re.Pattern[str] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, text: str) -> KeyPattern:
        """Read a pattern.

        Raises:
            ValueError: One sentence about what is wrong with it; it does not repeat the pattern.
        """
        fields: list[str] = []
        literals = [""]
        for token in _TOKEN.findall(text):
            if token in ("{{", "}}"):
                literals[-1] += token[0]
            elif token in ("{", "}"):
                raise ValueError("a brace has no partner; write {{ or }} for a brace in the key")
            elif token.startswith("{"):
                fields.append(_read_field(token[1:-1], fields, literals))
                literals.append("")
            else:
                literals[-1] += token
        if not fields:
            raise ValueError("it has no {part}, so all keys would be one record")
        return cls(text, tuple(fields), tuple(literals), _compile(literals))

    def match(self, key: bytes | str) -> tuple[str, ...] | None:
        r"""The values of the parts, or None; bytes that are no UTF-8 are read as `\xff`."""
        text = key.decode("utf-8", "backslashreplace") if isinstance(key, bytes) else key
        found = self._expression.fullmatch(text)
        return found.groups() if found else None

    def format(self, values: Sequence[str]) -> str:
        """The key whose parts have these values.

        Raises:
            ValueError: When the key would be read differently: a value is empty, or holds the text
                that ends its part.
        """
        parts = zip(values, self.literals[1:], strict=True)
        key = self.literals[0] + "".join(value + literal for value, literal in parts)
        if self.match(key) != tuple(values):
            raise ValueError("a part is empty or holds the text that ends it")
        return key

    def glob(self) -> str:
        """A glob for the server that every matching key satisfies, and some others may."""
        return "*".join(_GLOB_CHARACTER.sub(r"\\\g<0>", literal) for literal in self.literals)


def classify(patterns: Sequence[tuple[str, KeyPattern]], key: bytes | str) -> str:
    """The first collection whose pattern matches the key, else `(other)`."""
    text = key.decode("utf-8", "backslashreplace") if isinstance(key, bytes) else key
    matching = (name for name, pattern in patterns if pattern.match(text) is not None)
    return next(matching, OTHER)


def _read_field(name: str, fields: list[str], literals: list[str]) -> str:
    if not _FIELD.fullmatch(name):
        raise ValueError("a {part} is named by letters, digits and _, and starts with no digit")
    if name in fields:
        raise ValueError("two parts have the same name")
    if len(fields) == MOST_FIELDS:
        raise ValueError(f"it has more than {MOST_FIELDS} parts")
    if fields and not literals[-1]:
        raise ValueError("two parts touch, so nothing tells where the first one ends")
    return name


def _compile(literals: list[str]) -> re.Pattern[str]:
    expression = re.escape(literals[0])
    for literal in literals[1:]:
        ending = re.escape(literal)
        inner = f"[^{ending}]" if len(literal) == 1 else f"(?:(?!{ending}).)"
        # `++` never gives back what it took: no key costs more than one pass.
        expression += f"({inner}++){ending}" if literal else "(.+)"
    return re.compile(expression, re.DOTALL)
