"""Pages as a reader follows them: the files they show, the commands they run, what those say.

A line `$ COMMAND` of a `console` block is run, and every line below it is among what it says; `...`
stands for lines that are not shown. It ends with 0, unless the page's next command is `echo $?`. A block below `<!-- file: NAME -->` is
saved as that file. A block within an HTML comment is run as well and not shown: what a page takes
for granted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(
    r"(?:^<!-- file: (?P<file>\S+) -->\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
PROMPT = "$ "


@dataclass(frozen=True)
class Block:
    """One fenced block; `file` is empty where it is not to be saved."""

    kind: str
    text: str
    file: str


@dataclass(frozen=True)
class Step:
    """One command, and lines that are among what it says."""

    command: str
    says: tuple[str, ...]


def read_blocks(page: Path) -> tuple[Block, ...]:
    """The page's fenced blocks, in order."""
    found = FENCE.finditer(page.read_text())
    return tuple(Block(each["kind"], each["text"], each["file"] or "") for each in found)


def read_steps(page: Path) -> tuple[Step, ...]:
    """The commands that the page runs, in order."""
    consoles = [block.text for block in read_blocks(page) if block.kind == "console"]
    return tuple(step for text in consoles for step in _steps(text))


def _steps(text: str) -> Iterator[Step]:
    assert text.startswith(PROMPT), text
    for part in re.split(rf"^{re.escape(PROMPT)}", text, flags=re.MULTILINE)[1:]:
        command, *says = part.splitlines()
        yield Step(command, tuple(line for line in says if line.strip(" .")))


CHANGING = (
    (re.compile(r"b-\d{8}-\d{6}-[0-9a-f]{4}"), "ID"),
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?( UTC)?"), "INSTANT"),
    (re.compile(r"\bage1[0-9a-z]{20,}"), "RECIPIENT"),
    (re.compile(r"127\.0\.0\.1:\d+"), "ADDRESS"),
    (re.compile(r"\b(0/[0-9A-F]{5,}|[0-9a-f]{40}:\d+)"), "POSITION"),
    (re.compile(r"\d[\d,.]* (ms|s|min|h|d|bytes?|KiB|MiB)\b( \d+ (s|min|h)\b)?"), "QUANTITY"),
    (re.compile(r"\b\d+\.\d+(\.\d+)?\b"), "VERSION"),
    (re.compile(r"[-─━]{2,}"), "RULE"),
    (re.compile(r"\s+"), " "),
)


def masked(line: str) -> str:
    """A line whose changing parts are replaced by what they are."""
    for pattern, name in CHANGING:
        line = pattern.sub(name, line)
    return line.strip()
