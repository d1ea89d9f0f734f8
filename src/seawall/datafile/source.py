"""The file's text, read with care: size, kind, encoding and control characters."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Final

from seawall.datafile.lines import spot_of
from seawall.datafile.mistake import FileMistakesError, Mistake, Spot, mistake_at
from seawall.errors import UsageError

LARGEST_BYTES: Final = 5_000_000

_BOM: Final = "\ufeff"
_UTF16_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")
# https://yaml.org/spec/1.2.2/#51-character-set
_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_MANY_CONTROL_CHARACTERS = 100


def read_source(path: Path) -> tuple[str, tuple[Mistake, ...]]:
    """The text without its byte order mark, and its control characters as mistakes.

    Control characters are blanks in the text, so that the rest of the file can be read.

    Raises:
        UsageError: SW-FILE-003 when there is nothing to read at the path.
        FileMistakesError: When it is too large, or no UTF-8 text.
    """
    content = _read(path)
    if len(content) > LARGEST_BYTES:
        text = f"the file is larger than {LARGEST_BYTES // 1_000_000} MB"
        raise FileMistakesError(
            path, (Mistake(1, 1, "", text, "keep only stores and links in it"),)
        )
    try:
        text = content.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        raise FileMistakesError(path, (_encoding_mistake(content, error.start),)) from None
    bad = list(_UNPRINTABLE.finditer(text))[:_MANY_CONTROL_CHARACTERS]
    mistakes = [_character_mistake(text, found) for found in bad]
    return _UNPRINTABLE.sub(" ", text), tuple(mistakes)


def _read(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise _unreadable(path, "a folder is there." if path.is_dir() else "it is no file.")
        with path.open("rb") as file:
            return file.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "the path is not valid"
        raise _unreadable(path, f"{reason}.") from None


def _unreadable(path: Path, happened: str) -> UsageError:
    return UsageError(
        "SW-FILE-003",
        attempted=f"open {path}",
        happened=happened,
        hint="Name a seawall.yaml that you can read, or make one with `seawall init`.",
    )


def _encoding_mistake(content: bytes, index: int) -> Mistake:
    if content.startswith(_UTF16_BOMS):
        return Mistake(1, 1, "", "the file is UTF-16 text", "save it as UTF-8")
    before = content[:index].decode("utf-8").removeprefix(_BOM)
    spot = spot_of(before, len(before))
    return mistake_at(spot, (), f"byte 0x{content[index]:02x} is no UTF-8", "save it as UTF-8")


def _character_mistake(text: str, found: re.Match[str]) -> Mistake:
    spot: Spot = spot_of(text, found.start())
    name = f"U+{ord(found.group()):04X}"
    return mistake_at(spot, (), f"control character {name}", "remove it")
