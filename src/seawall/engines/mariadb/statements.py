"""The statements of `sql/`, by name."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from seawall.families.sql import statements_of

statement: Final = statements_of(Path(__file__).parent / "sql")
