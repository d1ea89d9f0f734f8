"""Pages say what the code says: generated ones are current, every verb and code is on one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from seawall import registry

ROOT = Path(__file__).parents[2]
PAGES = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")})


def test_generated_pages_and_blocks_are_current() -> None:
    result = subprocess.run(
        [sys.executable, ROOT / "scripts/generate_docs.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stderr == ""
    assert result.returncode == 0


@pytest.mark.parametrize("name", registry.names())
def test_every_engine_has_a_page(name: str) -> None:
    assert (ROOT / "docs" / "engines" / f"{name}.md").read_text().startswith("# ")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert missing == []


def test_the_product_speaks_of_the_product_alone() -> None:
    files = [path for path in PAGES if path.exists()]
    machine = re.compile(r"(?<![\w.-])/(work|root)/|Claude|\bLLM\b", re.IGNORECASE)
    assert [str(path) for path in files if machine.search(path.read_text())] == []
