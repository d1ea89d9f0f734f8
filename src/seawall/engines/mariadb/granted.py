"""Rights on one table: the server keeps them when the table or a column is dropped."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from seawall.engines.mariadb.quoting import quote_name

_NAME: Final = r"`(?:[^`]|``)+`"
_GRANT: Final = re.compile(
    r"GRANT (?P<rights>.+?) ON (?P<what>(?:PROCEDURE|FUNCTION|PACKAGE(?: BODY)?) )?"
    rf"(?P<database>\*|{_NAME})\.(?P<name>\*|{_NAME}) TO "
)
_RIGHT: Final = re.compile(
    rf"(?P<right>[A-Z]+(?: [A-Z]+)*)(?: \((?P<columns>{_NAME}(?:, {_NAME})*)\))?"
)
_COLUMN: Final = re.compile(_NAME)


@dataclass(frozen=True)
class Granted:
    """A statement as `SHOW GRANTS` gives it.

    Attributes:
        text: The whole of it.
        rights: What it gives, with the columns.
        database: On which database, quoted; `*` for all.
        name: On what of it, quoted; `*` for all.
        is_on_table: Whether `name` is a table or a view.
    """

    text: str
    rights: str
    database: str
    name: str
    is_on_table: bool

    @classmethod
    def parse(cls, text: str) -> Granted | None:
        """None for what is on no database: a role, a proxy."""
        match = _GRANT.match(text)
        if match is None:
            return None
        is_on_table = not match["what"] and match["name"] != "*"
        return cls(text, match["rights"], match["database"], match["name"], is_on_table)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that rights are limited to, quoted, each once."""
        found = (right["columns"] or "" for right in _RIGHT.finditer(self.rights))
        return tuple(dict.fromkeys(name for each in found for name in _COLUMN.findall(each)))

    def without(self, columns: Collection[str]) -> str:
        """The statement without rights on some columns; empty where nothing is left.

        The server tells columns in no order, so they are sorted.
        """
        rights: list[str] = []
        for each in _RIGHT.finditer(self.rights):
            kept = {name for name in _COLUMN.findall(each["columns"] or "") if name not in columns}
            if not each["columns"]:
                rights.append(each["right"])
            elif kept:
                rights.append(f"{each['right']} ({', '.join(sorted(kept))})")
        if not rights:
            return ""
        return self.text.replace(f"GRANT {self.rights} ON ", f"GRANT {', '.join(rights)} ON ", 1)


def grant_script(text: str, made: Collection[str]) -> str:
    """One grant; a table that it names and that is not there is made for this moment.

    Args:
        text: As `SHOW GRANTS` gives it.
        made: The names of the tables and views that are there.
    """
    granted = Granted.parse(text)
    if not granted or not granted.is_on_table or granted.name in {quote_name(n) for n in made}:
        return f"{text};\n"
    table = f"{granted.database}.{granted.name}"
    columns = ", ".join(f"{name} int" for name in granted.columns or ("`seawall`",))
    return f"CREATE TABLE {table} ({columns});\n{text};\nDROP TABLE {table};\n"
