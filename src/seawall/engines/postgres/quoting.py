"""Names and texts as SQL reads them, whatever they hold."""

from __future__ import annotations


def quote_name(name: str) -> str:
    """A name; quoted always, so that no key word surprises."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """A text; backslashes are plain because every session pins `standard_conforming_strings`."""
    return "'" + text.replace("'", "''") + "'"


def qualified(schema: str, name: str) -> str:
    """A table's name for people and links: without the schema where that is `public`."""
    return name if schema == "public" else f"{schema}.{name}"
