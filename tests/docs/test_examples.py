"""The examples of the pages are true: what they run ends as they say and says what they show."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from docs.pages import Block, Step, masked, read_blocks, read_steps
from seawall import registry
from seawall.datafile import load
from seawall.interfaces.cli.app import load_verb
from seawall.interfaces.cli.verbs import VERBS
from servers.by_hand import handmade
from servers.real import missing_engines, surroundings, temporary_home
from servers.s3 import KEY_ID, REGION, S3Server

ROOT = Path(__file__).parents[2]
ALL = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("examples/*/*.md")})
FOLLOWED = (
    ROOT / "README.md",
    *sorted((ROOT / "docs/tutorial").glob("*.md")),
    *sorted((ROOT / "docs/how-to").glob("*.md")),
)
RUN = [page for page in FOLLOWED if read_steps(page)]
# What the pages call the reader's home.
HOME = "/home/me"
# What they call the reader's object store.
ENDPOINT = "https://s3.example.com"
# A page that names it wants servers that Seawall did not start.
NEEDS_SERVERS = "export ORDERS_URL="
EXIT_CODE = "echo $?"
DOCUMENTED_ID = re.compile(r"b-\d{8}-\d{6}-[0-9a-f]{4}")
NEWEST_ID = '"$(ls .seawall/repository/artifacts | tail -1)"'
ENGINES = {"postgres", "valkey"}
SECONDS = 400
SLOW = [pytest.mark.slow, pytest.mark.timeout(SECONDS + 60)]


@dataclass(frozen=True)
class Ended:
    """One command of a page after it has run."""

    code: int
    said: str


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def pages() -> list[object]:
    """Servers started by hand speak TLS, and are fetched for the slow run."""
    return [
        pytest.param(
            page,
            marks=SLOW if NEEDS_SERVERS in page.read_text() else [],
            id=name_of(page),
        )
        for page in RUN
    ]


@pytest.mark.parametrize("page", pages())
def test_a_reader_who_follows_the_page_sees_what_it_shows(
    page: Path, request: pytest.FixtureRequest
) -> None:
    lacking = missing_engines().keys() & ENGINES
    if lacking:
        pytest.skip(f"the pages start {', '.join(ENGINES)}; not here: {', '.join(lacking)}")
    steps = read_steps(page)
    server = request.getfixturevalue("seaweedfs") if ENDPOINT in page.read_text() else None
    variables = logins(server) if server else {}
    with ExitStack() as stack:
        home = stack.enter_context(temporary_home())
        if NEEDS_SERVERS in page.read_text():
            variables |= stack.enter_context(handmade()).variables
        folder = home / "shop"
        folder.mkdir()
        for block in read_blocks(page):
            if block.file:
                text = block.text.replace(ENDPOINT, server.endpoint) if server else block.text
                (folder / block.file).write_text(text)
        ended = follow(steps, folder, home, variables)
    asked = [step.command == EXIT_CODE for step in steps[1:]] + [False]
    for step, end, is_asked in zip(steps, ended, asked, strict=True):
        said = {masked(line) for line in end.said.splitlines()}
        missing = [line for line in step.says if masked(line) not in said]
        assert missing == [], f"$ {step.command}\n{end.said}"
        assert is_asked or end.code == 0, f"$ {step.command}\n{end.said}"


def logins(server: S3Server) -> dict[str, str]:
    """The reader's login to the object store, for Amazon's command line and for Seawall."""
    return {
        "AWS_ENDPOINT_URL": server.endpoint,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": KEY_ID,
        "AWS_SECRET_ACCESS_KEY": server.secret,
        "BACKUP_KEY_ID": KEY_ID,
        "BACKUP_SECRET": server.secret,
    }


def follow(
    steps: tuple[Step, ...], folder: Path, home: Path, variables: Mapping[str, str]
) -> list[Ended]:
    """Run a page's commands in one shell, as its reader does."""
    mark = "--- the command above ended with"
    script = "".join(
        f'{DOCUMENTED_ID.sub(NEWEST_ID, step.command)}\n__code=$?; echo; echo "{mark} $__code"\n'
        "(exit $__code)\n"
        for step in steps
    )
    done = subprocess.run(
        ["/bin/bash"],
        input=script,
        cwd=folder,
        env={
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(home),
            "SEAWALL_HOME": str(home / "shared"),
            # What was fetched once is not fetched again.
            "XDG_CACHE_HOME": str(surroundings().programs.parents[1]),
            "SEAWALL_PROVIDER": os.environ.get("SEAWALL_PROVIDER", ""),
            "LC_ALL": "C.UTF-8",
            **variables,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    told = done.stdout.replace(str(home), HOME)
    parts = re.split(rf"^{mark} (\d+)\n", told, flags=re.MULTILINE)
    return [Ended(int(code), said) for said, code in zip(parts[::2], parts[1::2], strict=False)]


def test_the_pages_that_a_newcomer_follows_are_run() -> None:
    run = {name_of(page) for page in RUN}
    assert run >= {"README.md", "docs/tutorial/first-drill.md", "docs/how-to/restore.md"}


def whole_files() -> list[tuple[Path, Block]]:
    return [
        (page, block)
        for page in ALL
        for block in read_blocks(page)
        if block.kind == "yaml" and re.search("^stores:", block.text, re.MULTILINE)
    ]


@pytest.mark.parametrize(("page", "block"), whole_files(), ids=lambda each: type(each).__name__)
def test_a_file_that_a_page_shows_can_be_loaded(page: Path, block: Block, tmp_path: Path) -> None:
    (tmp_path / "seawall.yaml").write_text(block.text)
    assert load(tmp_path / "seawall.yaml", registry.names()).stores, page


def written_commands() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every command of Seawall in any block of any page: its page, and its words."""
    for page in ALL:
        for block in read_blocks(page):
            for line in block.text.splitlines():
                lexer = shlex.shlex(
                    line.removeprefix("$ "), posix=True, punctuation_chars=";&|()<>"
                )
                lexer.whitespace_split = True
                yield from ((name_of(page), words) for words in _calls(line, lexer))


def _calls(line: str, lexer: shlex.shlex) -> Iterator[tuple[str, ...]]:
    if not line.removeprefix("$ ").startswith("seawall "):
        return
    words: list[str] = []
    for word in [*lexer, ";"]:
        if set(word) <= set(";&|()<>"):
            if words[:1] == ["seawall"]:
                yield tuple(words[1:])
            words = []
        else:
            words.append(word)


@pytest.mark.parametrize(("page", "words"), sorted(set(written_commands())))
def test_every_command_that_a_page_writes_exists(page: str, words: tuple[str, ...]) -> None:
    length = 2 if " ".join(words[:2]) in VERBS else 1
    verb = " ".join(words[:length])
    assert verb in VERBS, page
    load_verb(verb).make_context(verb, list(words[length:]))
