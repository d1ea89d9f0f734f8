"""How messages say values, kinds and lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from seawall.datafile.tree import Json

_PLAIN = re.compile(r"[A-Za-z0-9_./()-][A-Za-z0-9_.:/()-]*")
_KINDS: Final[dict[type, str]] = {
    type(None): "nothing",
    bool: "a truth value",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "a mapping",
}


def kind_of(value: object) -> str:
    """What a value is, as `a list`."""
    return _KINDS.get(type(value), "something else")


def with_article(noun: str) -> str:
    """`an engine`, `a duration`."""
    return f"an {noun}" if noun[:1] in "aeio" else f"a {noun}"


def one_of(words: Sequence[str]) -> str:
    """`a, b or c`."""
    return " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def flow(value: Json) -> str:
    """A value as one line of YAML."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {flow(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    text = str(value)
    return text if _PLAIN.fullmatch(text) else f'"{text}"'
