"""The file: find it, name every mistake in it at once, and make it a tier."""

from __future__ import annotations

from seawall.datafile.file import FILE_NAME, find, load
from seawall.datafile.mistake import FileMistakesError, Mistake
from seawall.datafile.names import legal_name
from seawall.datafile.reference import schema_reference
from seawall.datafile.schema import editor_schema, modeline
from seawall.datafile.secrets import resolve

__all__ = [
    "FILE_NAME",
    "FileMistakesError",
    "Mistake",
    "editor_schema",
    "find",
    "legal_name",
    "load",
    "modeline",
    "resolve",
    "schema_reference",
]
