"""A new engine is added by its own files and one line of the registry, as CONTRIBUTING says.

The toy below `toy/` is added to a copy of the project, where it runs through every shared test.
"""

from __future__ import annotations

import filecmp
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from architecture.toy.ledger.client import LedgerClient
from architecture.toy.seed import SEED
from seawall.model.location import Location
from seawall.model.target import Target
from seawall.servers import processes

ROOT = Path(__file__).parents[2]
TOY = Path(__file__).parent / "toy"
# As CONTRIBUTING numbers the steps of adding an engine.
ADDED = {
    "ledger": "src/seawall/engines/ledger",
    "seed.py": "tests/engines/ledger/seed.py",
    "own_drill.py": "tests/engines/ledger/test_own_drill.py",
    "ledger.md": "docs/engines/ledger.md",
}
REGISTRY = "src/seawall/registry.py"
# Written by `make docs`.
GENERATED = {
    "README.md",
    "docs/reference/file.md",
    "docs/reference/matrix.md",
    "docs/reference/seawall.schema.json",
}
FILE = """
app: books
stores:
  book: {engine: ledger}
  live: {engine: valkey, collections: {note: "note:{id}"}}
links:
  - {every: book.filled.parent, exists_in: book.filled.id}
"""


@dataclass
class Checkout:
    """A copy of the project with the toy added, and the environment in which it is imported."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *argv: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *argv],
            cwd=cwd or self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=170,
        )

    def test(self, *arguments: str) -> str:
        """Run tests of the copy; the line that sums them up."""
        done = self.run(
            "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", *arguments
        )
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
        return done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def checkout() -> Iterator[Checkout]:
    """The project with the ledger, at a place that servers' users can enter."""
    folder = Path(tempfile.mkdtemp(prefix="seawall-toy-"))
    folder.chmod(0o711)
    copy = folder / "project"
    for name in ("src", "tests", "docs", "scripts", "examples", "changes"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (*ROOT.glob("*.md"), ROOT / "pyproject.toml", ROOT / "LICENSE"):
        shutil.copy(path, copy)
    (copy / "tests/architecture/test_toy_engine.py").unlink()
    environment = os.environ | {
        "PYTHONPATH": str(copy / "src"),
        "SEAWALL_HOME": str(folder / "shared"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment.pop("SEAWALL_REQUIRE", None)
    made = Checkout(copy, environment)
    try:
        add_toy(copy)
        assert made.run("scripts/generate_docs.py").returncode == 0
        yield made
    finally:
        for process in processes.inside(folder):
            processes.kill_tree(process)
        shutil.rmtree(folder, ignore_errors=True)


def add_toy(copy: Path) -> None:
    for name, place in ADDED.items():
        (copy / place).parent.mkdir(parents=True, exist_ok=True)
        if (TOY / name).is_dir():
            shutil.copytree(TOY / name, copy / place, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(TOY / name, copy / place)
    # Where it lies here the checkers read it; there it lies where an engine lies.
    for path in [
        *(copy / ADDED["ledger"]).rglob("*.py"),
        *(copy / "tests/engines/ledger").glob("*"),
    ]:
        text = path.read_text().replace("architecture.toy.ledger", "seawall.engines.ledger")
        path.write_text(text.replace("architecture.toy.seed", "engines.ledger.seed"))
    registry = copy / REGISTRY
    last = '    "valkey": ("redis", "VALKEY"),\n'
    text = registry.read_text()
    assert last in text
    registry.write_text(text.replace(last, last + '    "ledger": ("ledger", "ENGINE"),\n'))


def test_no_shared_file_is_touched_but_the_registry(checkout: Checkout) -> None:
    changed: set[str] = set()
    for path in filter(Path.is_file, checkout.folder.rglob("*")):
        name = str(path.relative_to(checkout.folder))
        is_own = name.startswith(tuple(ADDED.values())) or "__pycache__" in path.parts
        if not is_own and not filecmp.cmp(path, ROOT / name, shallow=False):
            changed.add(name)
    assert changed - GENERATED == {REGISTRY}
    assert "| ledger |" in (checkout.folder / "README.md").read_text()
    assert (
        "**ledger / fence** (not yet)" in (checkout.folder / "docs/reference/matrix.md").read_text()
    )


def test_the_house_still_stands(checkout: Checkout) -> None:
    summary = checkout.test("tests/architecture")
    assert "passed" in summary
    assert "skipped" not in summary
    linter = Path(sys.executable).with_name("lint-imports")
    contracts = checkout.run(str(linter), "--no-logo", "--no-cache")
    assert contracts.returncode == 0, contracts.stdout


def test_the_shared_suite_finds_and_passes_it(checkout: Checkout) -> None:
    summary = checkout.test("tests/conformance", "-k", "ledger")
    passed = re.search(r"(\d+) passed", summary)
    assert passed
    assert int(passed.group(1)) >= 30, summary
    assert "skipped" not in summary


def test_its_own_drill_catches_its_own_planted_fault(checkout: Checkout) -> None:
    assert "1 passed" in checkout.test("tests/engines/ledger")


def test_every_verb_works_with_it(checkout: Checkout) -> None:
    folder = checkout.folder.parent / "books"
    folder.mkdir(mode=0o711)
    (folder / "seawall.yaml").write_text(FILE)

    def verb(*words: str) -> Any:
        done = checkout.run("-m", "seawall", *words, "-o", "json", cwd=folder)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["data"]

    assert {each["name"] for each in verb("engines")["engines"]} >= {"ledger"}
    verb("up")
    url = checkout.run("-m", "seawall", "url", "book", cwd=folder).stdout.strip()
    book = Target("book", Location.parse(url))
    SEED.fill(book, 20)
    assert verb("check")["links"][0]["broken"] == 0
    backup = verb("backup")["id"]
    report = verb("drill")
    assert report["verdict"] == "verified"
    assert report["point"]["grade"] == "fenced"
    assert report["records_proven"] == 21
    SEED.remove(book, 7)
    verb("restore", backup, "--store", "book", "--confirm", "book")
    with closing(LedgerClient(book)) as client:
        assert len(client.content()["filled"]) == 20
    assert "ledger_server.py" in verb("backups", backup, "--recipe")["recipe"]
    verb("down", "--destroy", "--confirm", "books")
    assert list(processes.inside(folder)) == []
