"""Values as literals of a script that gives them back bit by bit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from seawall.engines.mariadb.quoting import quote_bytes, quote_name
from seawall.engines.mariadb.rows import split_row
from seawall.engines.mariadb.tables import Column, Table

Literal = Callable[[bytes], bytes]
STATEMENT_BYTES: Final = 512 * 1024
NUMBERS: Final = frozenset(
    {"tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "year", "boolean"}
)
FLOATS: Final = frozenset({"float", "double"})
PLAIN: Final = frozenset({"date", "datetime", "timestamp", "time", "uuid", "inet4", "inet6"})
# The script is in UTF-8: texts in other character sets are written as the bytes that are stored.
READABLE: Final = frozenset({"utf8mb4", "utf8mb3", "utf8", "ascii"})


def _number(text: bytes) -> bytes:
    return text


def _float(text: bytes) -> bytes:
    """A literal with an exponent is a float; without one `-0` would be the integer 0."""
    return text if b"e" in text else text + b"e0"


def _hex(text: bytes) -> bytes:
    return b"0x" + text.hex().encode() if text else b"''"


def literal_of(column: Column) -> Literal:
    """How a column's bytes are written."""
    if column.type in NUMBERS:
        return _number
    if column.type in FLOATS:
        return _float
    if column.type in PLAIN or column.charset in READABLE:
        return quote_bytes
    return _hex


def insert_statements(table: Table, rows: Iterable[bytes]) -> Iterator[bytes]:
    """Rows as the server sent them, as INSERT statements of about STATEMENT_BYTES each."""
    literals = [literal_of(column) for column in table.stored]
    names = ", ".join(quote_name(column.name) for column in table.stored)
    head = f"INSERT INTO {quote_name(table.name)} ({names}) VALUES\n".encode()
    gathered: list[bytes] = []
    size = 0
    for row in rows:
        values = b"(" + b",".join(_values(row, literals)) + b")"
        gathered.append(values)
        size += len(values)
        if size >= STATEMENT_BYTES:
            yield head + b",\n".join(gathered) + b";\n"
            gathered, size = [], 0
    if gathered:
        yield head + b",\n".join(gathered) + b";\n"


def _values(row: bytes, literals: list[Literal]) -> Iterator[bytes]:
    for value, literal in zip(split_row(row), literals, strict=False):
        yield b"NULL" if value is None else literal(value)
