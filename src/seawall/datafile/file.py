"""Find the file and load it as a tier, or name all of its mistakes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from seawall.datafile.conversion import to_tier
from seawall.datafile.environments import choose_environment
from seawall.datafile.mending import read_yaml
from seawall.datafile.mistake import FileMistakesError, Mistake, Spot
from seawall.datafile.rules.environment_store_unknown import find_unknown_environment_stores
from seawall.datafile.rules.key_pattern_unclear import find_unclear_key_patterns
from seawall.datafile.rules.link_end_unknown import find_unknown_link_ends
from seawall.datafile.rules.object_store_login import find_lone_store_keys
from seawall.datafile.rules.repository_place import find_misplaced_repository
from seawall.datafile.rules.secret_in_file import find_secrets_in_file
from seawall.datafile.shape import find_shape_mistakes
from seawall.datafile.source import read_source
from seawall.datafile.tree import Document
from seawall.errors import UsageError
from seawall.model.tier import Tier

FILE_NAME: Final = "seawall.yaml"

# A generated file with one thing wrong a thousand times is one mistake to its reader.
_MOST_MISTAKES: Final = 1_000


def find(start: Path, name: str = FILE_NAME) -> Path:
    """The file of that name in a folder or in the nearest folder above it, absolute.

    Raises:
        UsageError: SW-FILE-002 when there is none.
    """
    here = Path(os.path.abspath(start))  # noqa: PTH100 - resolve() would leave a linked folder
    for folder in (here, *here.parents):
        if os.path.isfile(folder / name):  # noqa: PTH113 - a folder we may not enter has no file
            return folder / name
    raise UsageError(
        "SW-FILE-002",
        attempted=f"find {name}",
        happened=f"neither {here} nor a folder above it has one.",
        hint="Run the command in the application's folder, or make one with `seawall init`.",
    )


def load(path: Path, engines: tuple[str, ...], environment: str = "") -> Tier:
    """Read the file.

    Args:
        path: The file.
        engines: The names that `engine` may have.
        environment: One of the file's; empty for none of them.

    Raises:
        FileMistakesError: SW-FILE-001 with every mistake of the file, at most a thousand.
        UsageError: SW-FILE-003 when there is no file to read, SW-FILE-004 when it has no such
            environment.
    """
    whole_path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would leave a linked folder
    text, mistakes = read_source(whole_path)
    readings = [(each, _find_mistakes(each, engines)) for each in read_yaml(text)]
    document, found = min(readings, key=lambda reading: len(reading[1]))
    if mistakes or found or document.root is None:
        raise FileMistakesError(whole_path, (*mistakes, *found))
    return to_tier(choose_environment(document.root, environment, path), whole_path, environment)


def _find_mistakes(document: Document, engines: tuple[str, ...]) -> tuple[Mistake, ...]:
    """All mistakes; where an earlier step found one, later steps have nothing to add."""
    found: list[Mistake] = []
    places: set[tuple[Spot, str]] = set()
    for step in _steps(document, engines):
        mistakes = islice(step, _MOST_MISTAKES - len(found))
        new = [each for each in mistakes if (each.spot, each.path) not in places]
        found.extend(new)
        places.update((each.spot, each.path) for each in new)
    # An alias repeats its anchor's mistakes: one place, one text, once.
    return tuple({(each.spot, each.text): each for each in reversed(found)}.values())


def _steps(document: Document, engines: tuple[str, ...]) -> Iterator[Iterator[Mistake]]:
    yield iter(document.mistakes)
    for part in (document, *document.double_documents()):
        yield _find_broken_rules(part)
        yield find_shape_mistakes(part, engines)


def _find_broken_rules(document: Document) -> Iterator[Mistake]:
    if document.root is not None:
        yield from find_secrets_in_file(document.root)
        yield from find_misplaced_repository(document.root)
        yield from find_lone_store_keys(document.root)
        yield from find_unclear_key_patterns(document.root)
        yield from find_unknown_link_ends(document, document.root)
        yield from find_unknown_environment_stores(document, document.root)
