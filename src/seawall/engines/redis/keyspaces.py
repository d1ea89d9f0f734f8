"""Collections of a store without a schema: keys by their patterns, over all databases."""

from __future__ import annotations

from typing import Final

from seawall.model.pattern import OTHER, KeyPattern

WHOLE_KEY: Final = "key"
VALUE_PREFIX: Final = "value."


class Keyspaces:
    """The key patterns of one store.

    Attributes:
        patterns: By collection, in the file's order: the first that matches a key has it.
    """

    def __init__(self, patterns: tuple[tuple[str, str], ...]) -> None:
        self.patterns: Final = {name: KeyPattern.parse(text) for name, text in patterns}
        # A key that does not begin as the pattern does need not be decoded and matched.
        self._beginnings = [
            (pattern.literals[0].encode(), name, pattern) for name, pattern in self.patterns.items()
        ]

    @property
    def names(self) -> tuple[str, ...]:
        """Every collection, `(other)` last."""
        return (*self.patterns, OTHER)

    def find(self, key: bytes) -> str:
        """The collection of a key."""
        for beginning, name, pattern in self._beginnings:
            if key.startswith(beginning) and pattern.match(key) is not None:
                return name
        return OTHER

    def match(self, name: str, key: bytes) -> tuple[str, ...] | None:
        """The named parts of a key of this collection, and the key as text; None for others."""
        text = to_text(key)
        for earlier, pattern in self.patterns.items():
            if earlier == name:
                parts = pattern.match(text)
                return None if parts is None else (*parts, text)
            if pattern.match(text) is not None:
                return None
        return (text,)

    def describe(self, name: str) -> str:
        """What names a collection's keys."""
        pattern = self.patterns.get(name)
        return pattern.text if pattern else "keys of no pattern"

    def fields(self, name: str) -> tuple[str, ...]:
        """What a link may use of a collection's key."""
        pattern = self.patterns.get(name)
        return (*(pattern.fields if pattern else ()), WHOLE_KEY)


def to_text(content: bytes) -> str:
    r"""Text as links compare it; bytes that are no UTF-8 are shown as `\xff`."""
    return content.decode("utf-8", "backslashreplace")
