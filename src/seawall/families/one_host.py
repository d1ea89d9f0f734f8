"""Engines whose stores are one server each, whatever a URL may name."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from seawall.errors import UsageError
from seawall.model.target import Target

K = TypeVar("K")


def one_host(connect: Callable[[Target], K]) -> Callable[[Target], K]:
    """A `connect` that refuses a URL of several hosts: each session could reach another server.

    Raises:
        UsageError: SW-CONNECT-003.
    """

    @wraps(connect)
    def connect_one(target: Target) -> K:
        refuse_several(target)
        return connect(target)

    return connect_one


def refuse_several(target: Target) -> None:
    """Refuse a URL of several hosts.

    Raises:
        UsageError: SW-CONNECT-003.
    """
    if target.location.others:
        raise UsageError(
            "SW-CONNECT-003",
            attempted=f"reach store `{target.store}`",
            happened="its url names several hosts.",
            hint="Name the one to be asked, by an address that stays with it.",
        )
