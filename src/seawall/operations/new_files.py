"""New files of a verb: none is overwritten, and none stays when the verb fails."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from seawall import registry
from seawall.datafile import editor_schema, modeline
from seawall.errors import RefusedError
from seawall.model.surroundings import Surroundings
from seawall.servers.homes import home_of

SCHEMA: Final = "seawall.schema.json"
MODELINE_START: Final = "# yaml-language-server:"


def with_modeline(content: str, path: Path, surroundings: Surroundings) -> str:
    """A tier's file that tells editors its schema, which is written beside the tier's state."""
    schema = home_of(path, surroundings) / SCHEMA
    schema.write_text(editor_schema(registry.names()))
    if content.startswith(MODELINE_START):
        return content
    beside = schema.is_relative_to(path.parent)
    shown = str(schema.relative_to(path.parent)) if beside else str(schema)
    return f"{modeline(shown)}\n{content}"


def refuse_overwriting(file: Path, contents: Mapping[Path, str]) -> None:
    """Refuse where a file is in the way; one that a killed run has written already is not.

    Raises:
        RefusedError: SW-CLI-010.
    """
    for path, content in contents.items():
        is_there = path.exists() or path.is_symlink()
        if is_there and (path == file or not _holds(path, content)):
            raise RefusedError(
                "SW-CLI-010",
                attempted=f"write {path}",
                happened="it exists already.",
                hint="Nothing was changed. Go to an empty folder, or name another file with `-f`.",
            )


def write_new(path: Path, content: str) -> None:
    """Write a file that is whole as soon as it is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.write_text(content, encoding="utf-8")
    unfinished.rename(path)


@contextmanager
def new_files() -> Generator[list[Path]]:
    """Collects written files, and removes them when the rest cannot be done."""
    written: list[Path] = []
    try:
        yield written
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
            path.with_name(f".{path.name}.new").unlink(missing_ok=True)
        raise


def _holds(path: Path, content: str) -> bool:
    try:
        return path.read_bytes() == content.encode()
    except OSError:
        return False
