"""Engines that are asked in SQL."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path


def statements_of(folder: Path) -> Callable[[str], str]:
    """Gives the text of `folder/NAME.sql`: each statement is a file that an administrator can read."""

    @cache
    def statement(name: str) -> str:
        return (folder / f"{name}.sql").read_text()

    return statement
