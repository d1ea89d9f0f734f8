"""The matrix is whole: every engine answers every column, every gap says why."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from seawall import registry
from seawall.capabilities import ALL
from seawall.capability import Support

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "seawall"


@pytest.mark.parametrize("name", registry.names())
def test_every_cell_is_declared_and_every_gap_has_a_sentence(name: str) -> None:
    engine = registry.load(name)
    columns = {column.name for column in ALL}
    assert {offer.capability for offer in engine.matrix} == columns
    for offer in engine.matrix:
        if offer.support is not Support.OFFERED:
            assert offer.why.endswith("."), f"{name}/{offer.capability}"


@pytest.mark.parametrize("name", registry.names())
def test_what_backs_up_by_a_method_also_restores_by_it(name: str) -> None:
    engine = registry.load(name)
    written = {
        offer.method
        for each in ("backup", "increment")
        for offer in engine.offers(each)
        if offer.make
    }
    read = {offer.method for offer in engine.offers("restore") if offer.make}
    assert written <= read
    assert all(method.count("/") == 2 for method in written | read)


def test_every_column_has_a_suite_that_names_it() -> None:
    suites = [path.read_text() for path in (ROOT / "tests/conformance").glob("test_*.py")]
    named = {column.name for column in ALL if any(_names(suite, column.name) for suite in suites)}
    assert named == {column.name for column in ALL}


def _names(suite: str, column: str) -> bool:
    return f"COLUMN = {column.upper()}\n" in suite


def test_rows_and_engines_folders_are_the_same() -> None:
    folders = {path.parent.name for path in (SOURCE / "engines").glob("*/__init__.py")}
    assert folders == {module for module, _ in registry.ENGINES.values()}


@pytest.mark.parametrize("module", ["seawall.operations.drill", "seawall.datafile"])
def test_starting_up_loads_no_engine_and_no_driver(module: str) -> None:
    script = (
        f"import {module}, sys; "
        "print([m for m in sys.modules if m.split('.')[0] in ('psycopg', 'redis')"
        " or m.startswith('seawall.engines.')])"
    )
    output = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert output.stdout.strip() == "[]"
