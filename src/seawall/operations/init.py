"""`init`: write a tier's first file, from an example or from scratch, and make its key."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import seawall
from seawall.datafile import FILE_NAME
from seawall.errors import UsageError
from seawall.model.surroundings import Surroundings
from seawall.model.tier import Tier
from seawall.operations.new_files import (
    new_files,
    refuse_overwriting,
    with_modeline,
    write_new,
)
from seawall.operations.tier_file import read_tier
from seawall.operations.vault import Key, Vault, create_key, open_vault


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
    refuse_overwriting(path, contents)
    contents[path] = with_modeline(contents.pop(path), path, surroundings)
    with new_files() as written:
        for target, content in contents.items():
            if not target.exists():
                written.append(target)
                write_new(target, content)
        tier = read_tier(path)
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
