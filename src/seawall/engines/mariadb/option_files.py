"""The user's own option file, read as MariaDB's programs read it."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

# What every client of MariaDB reads, in this order; a later option replaces an earlier one.
GROUPS: Final = ("client", "client-server", "client-mariadb")
OWN_FILE: Final = "~/.my.cnf"
# As deep as MariaDB's programs follow `!include`.
DEEPEST: Final = 10

_GROUP: Final = re.compile(r"\[([^]]*)\]")
_INCLUDE: Final = re.compile(r"!include(dir)?\s+(\S.*)")
# What stands before a comment: quoted parts, in which a backslash protects, and all else but `#`.
_BEFORE_COMMENT: Final = re.compile(
    r"""(?:[^#'"]|"(?:[^"\\]|\\.)*(?:"|$)|'(?:[^'\\]|\\.)*(?:'|$))*"""
)
_ESCAPED: Final = re.compile(r"""\\([ntrbs"'\\])""")
_MEANS: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "s": " "}


def read_options(path: Path, groups: tuple[str, ...]) -> dict[str, str]:
    """The options of some groups of a file and of those it includes; `name` alone means `1`.

    Names have dashes, `skip-x` and `disable-x` become `x` with the value `0`. A file that everybody
    may write is passed over, as MariaDB's programs do.

    Raises:
        OSError: When the file, or one that it includes, cannot be read.
        ValueError: When it is not UTF-8, or files include each other without end.
    """
    return dict(_options(path, groups, 0))


def _options(path: Path, groups: tuple[str, ...], depth: int) -> Iterator[tuple[str, str]]:
    if depth > DEEPEST:
        msg = f"files include each other more than {DEEPEST} times"
        raise ValueError(msg)
    if path.stat().st_mode & stat.S_IWOTH:
        return
    is_wanted = False
    for line in map(str.strip, path.read_text("utf-8-sig").splitlines()):
        group, include = _GROUP.match(line), _INCLUDE.fullmatch(line)
        if group:
            is_wanted = group.group(1).strip() in groups
        elif include:
            for each in _included(Path(include.group(2)), is_folder=bool(include.group(1))):
                yield from _options(each, groups, depth + 1)
        elif is_wanted and line and line[0] not in "#;!":
            yield _option(line)


def _included(path: Path, *, is_folder: bool) -> Iterator[Path]:
    if is_folder:
        yield from sorted(path.glob("*.cnf"))
    else:
        yield path


def _option(line: str) -> tuple[str, str]:
    before = _BEFORE_COMMENT.match(line)
    name, is_given, value = (before.group() if before else "").partition("=")
    name = name.strip().lower().replace("_", "-").removeprefix("loose-")
    value = _plain(value.strip()) if is_given else "1"
    for negation in ("skip-", "disable-"):
        if name.startswith(negation):
            return name.removeprefix(negation), "0"
    return name.removeprefix("enable-"), value


def _plain(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return _ESCAPED.sub(lambda found: _MEANS.get(found.group(1), found.group(1)), value)
