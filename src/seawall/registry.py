"""Name to engine, one at a time, by string: nothing else in Seawall names an engine."""

from __future__ import annotations

import difflib
from importlib import import_module
from typing import Any, Final, cast

from seawall.capability import Engine
from seawall.errors import UsageError

# name -> (module below seawall.engines, attribute)
ENGINES: Final[dict[str, tuple[str, str]]] = {
    "postgres": ("postgres", "ENGINE"),
    "redis": ("redis", "ENGINE"),
    "valkey": ("redis", "VALKEY"),
    "mongodb": ("mongodb", "ENGINE"),
    "mariadb": ("mariadb", "ENGINE"),
    "mysql": ("mariadb", "MYSQL"),
}


def names() -> tuple[str, ...]:
    """Every engine a file may name, in the order of the matrix page."""
    return tuple(ENGINES)


def load(name: str) -> Engine[Any]:
    """Import one engine's row.

    Raises:
        UsageError: SW-ENGINE-001 for a name that is not in the registry.
    """
    if name not in ENGINES:
        close = difflib.get_close_matches(name, ENGINES, n=1)
        raise UsageError(
            "SW-ENGINE-001",
            attempted=f"use engine {name!r}",
            happened="there is no such engine.",
            hint=f"Did you mean {close[0]}?" if close else f"Known: {', '.join(ENGINES)}.",
        )
    module, attribute = ENGINES[name]
    row = getattr(import_module(f"seawall.engines.{module}"), attribute)
    return cast("Engine[Any]", row)
