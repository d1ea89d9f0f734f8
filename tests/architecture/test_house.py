"""The house keeps its shape: sizes, names, error codes, documents."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from seawall import registry
from seawall.error_codes import ERROR_CODES

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "seawall"
MODULES = sorted(SOURCE.rglob("*.py"))
# Names that say nothing of what a module is for.
EMPTY_NAMES = {"utils", "util", "common", "helpers", "helper", "base", "manager", "misc", "core"}
LONGEST_FILE = 500
LONGEST_FUNCTION = 60


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_is_short_named_and_opens_with_a_sentence(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST_FILE
    assert path.stem not in EMPTY_NAMES
    tree = ast.parse(text)
    opening = ast.get_docstring(tree) or ""
    assert opening.split("\n\n")[0].rstrip().endswith((".", ":", "?"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or 0) - node.lineno
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


def test_operations_never_name_an_engine() -> None:
    words = {*registry.names(), *(module for module, _ in registry.ENGINES.values())}
    pattern = re.compile(rf"\b({'|'.join(words)})\b", re.IGNORECASE)
    found = [
        f"{path.name}:{number}: {line}"
        for path in (SOURCE / "operations").rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_operations_and_below_never_print_nor_read_the_environment() -> None:
    rooms = ("operations", "engines", "capabilities", "model", "repository", "servers")
    found = [
        f"{path.relative_to(SOURCE)}: {word}"
        for room in rooms
        for path in (SOURCE / room).rglob("*.py")
        for word in ("print(", "os.environ", "os.getenv", "sys.exit")
        if re.search(rf"(?<![\w.]){re.escape(word)}", path.read_text())
    ]
    assert found == []


def test_every_error_code_that_is_raised_is_listed_and_every_listed_one_is_raised() -> None:
    assert set(_codes_in_source()) == set(ERROR_CODES)


def test_no_driver_appears_outside_its_client() -> None:
    found = [
        str(path.relative_to(SOURCE))
        for path in MODULES
        if path.name != "client.py"
        and re.search(
            r"^\s*(import|from) (psycopg|redis|hiredis|pymysql|pymongo|bson|gridfs)\b",
            path.read_text(),
            re.MULTILINE,
        )
    ]
    assert found == []


def _codes_in_source() -> Iterator[str]:
    for path in MODULES:
        if path.name != "error_codes.py":
            yield from re.findall(r"SW-[A-Z]+-\d{3}", path.read_text())
