"""`init`: write a tier's first file, from an example or from scratch, and make its key."""

from __future__ import annotations

import difflib
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

import seawall
from seawall import registry
from seawall.datafile import FILE_NAME, editor_schema, modeline
from seawall.errors import RefusedError, UsageError
from seawall.model.surroundings import Surroundings
from seawall.model.tier import Tier
from seawall.operations.tier_file import read_tier
from seawall.operations.vault import Key, Vault, create_key, open_vault
from seawall.servers.homes import home_of

SCHEMA: Final = "seawall.schema.json"
MODELINE_START: Final = "# yaml-language-server:"


@dataclass(frozen=True)
class Beginning:
    """What `init` made.

    Attributes:
        tier: As the new file says it.
        files: Every file that was written, the tier's first.
        key: Where the identity is that opens the backups.
        recipient: Its public half.
    """

    tier: Tier
    files: tuple[Path, ...]
    key: Path
    recipient: str


def begin_tier(path: Path, example: str, surroundings: Surroundings) -> Beginning:
    """Write the file, what belongs to the example, the editor's schema, and the key.

    Nothing that exists is overwritten; when anything fails, no new file stays. The file comes
    last: after a kill in the middle the next run finds none, and goes on.

    Args:
        path: The new file.
        example: Name of a packaged example; empty for a small file to start from.
        surroundings: Where keys and state live.

    Raises:
        RefusedError: SW-CLI-010 when another file is in the way.
        UsageError: SW-CLI-011 for an unknown example.
    """
    contents = _example_contents(path, example) if example else {path: _starter(path)}
    _refuse_overwriting(path, contents)
    contents[path] = _with_modeline(contents.pop(path), path, surroundings)
    with _new_files() as written:
        for target, content in contents.items():
            if not target.exists():
                written.append(target)
                _write_new(target, content)
        tier = read_tier(path)
        schema = home_of(path, surroundings) / SCHEMA
        schema.write_text(editor_schema(registry.names()))
        key = create_key(tier, surroundings)
        others = (each for each in written if each != path)
        return Beginning(tier, (path, *others), key.path, key.recipient)


def open_first_vault(tier: Tier, surroundings: Surroundings) -> tuple[Vault, Key | None]:
    """Open the repository; before the very first backup of a file that names no key, make one.

    Where there are backups already, a missing key is lost and is not replaced in silence.
    """
    vault = open_vault(tier, surroundings)
    settings = tier.repository
    if vault.identity or settings.identity or settings.recipients or vault.manifests():
        return vault, None
    key = create_key(tier, surroundings)
    return open_vault(tier, surroundings), key


def find_example(name: str) -> Path:
    """The folder of a packaged example.

    Raises:
        UsageError: SW-CLI-011 when there is none of that name.
    """
    examples = {file.parent.name: file.parent for file in _examples().glob(f"*/{FILE_NAME}")}
    if name not in examples:
        close = difflib.get_close_matches(name, examples, n=1)
        known = ", ".join(sorted(examples)) or "none"
        raise UsageError(
            "SW-CLI-011",
            attempted=f"find the example `{name}`",
            happened="there is no such example.",
            hint=f"Did you mean `{close[0]}`?" if close else f"There is: {known}.",
        )
    return examples[name]


def _examples() -> Path:
    """Beside the package in an installed wheel, beside `src` in a checkout."""
    package = Path(seawall.__file__).parent
    installed = package / "examples"
    return installed if installed.is_dir() else package.parents[1] / "examples"


def _example_contents(path: Path, name: str) -> dict[Path, str]:
    folder = find_example(name)
    sources = [
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not {"__pycache__"} & set(file.parts) and file.name[0] != "."
    ]
    sources.sort(key=lambda file: file != folder / FILE_NAME)
    return {
        path
        if file == folder / FILE_NAME
        else path.parent / file.relative_to(folder): file.read_text()
        for file in sources
    }


def _starter(path: Path) -> str:
    text = resources.files(__package__ or "").joinpath("starter.yaml").read_text()
    return text.format(app=_app_name(path))


def _app_name(path: Path) -> str:
    """The folder's name as the file may hold it."""
    words = re.sub(r"[^a-z0-9_-]+", "-", path.parent.name.lower()).strip("-_")
    name = re.sub(r"^[^a-z]+", "", words)[:40]
    return name or "app"


def _with_modeline(content: str, path: Path, surroundings: Surroundings) -> str:
    if content.startswith(MODELINE_START):
        return content
    schema = home_of(path, surroundings) / SCHEMA
    beside = schema.is_relative_to(path.parent)
    shown = str(schema.relative_to(path.parent)) if beside else str(schema)
    return f"{modeline(shown)}\n{content}"


def _refuse_overwriting(file: Path, contents: Mapping[Path, str]) -> None:
    """Refuse where a file is in the way; one that a killed run has written already is not."""
    for path, content in contents.items():
        is_there = path.exists() or path.is_symlink()
        if is_there and (path == file or not _holds(path, content)):
            raise RefusedError(
                "SW-CLI-010",
                attempted=f"write {path}",
                happened="it exists already.",
                hint="Nothing was changed. Go to an empty folder, or name another file with `-f`.",
            )


def _holds(path: Path, content: str) -> bool:
    try:
        return path.read_bytes() == content.encode()
    except OSError:
        return False


def _write_new(path: Path, content: str) -> None:
    """Write a file that is whole as soon as it is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.write_text(content, encoding="utf-8")
    unfinished.rename(path)


@contextmanager
def _new_files() -> Generator[list[Path]]:
    """Collects written files, and removes them when the rest cannot be done."""
    written: list[Path] = []
    try:
        yield written
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
            path.with_name(f".{path.name}.new").unlink(missing_ok=True)
        raise
