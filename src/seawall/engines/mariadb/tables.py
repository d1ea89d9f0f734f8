"""The tables that a fingerprint and a dump read, and those that they cannot read exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from seawall.engines.mariadb.client import Session
from seawall.engines.mariadb.quoting import quote_name
from seawall.engines.mariadb.statements import statement

# The engine whose tables a snapshot sees as they were.
EXACT_ENGINE: Final = "InnoDB"
# Engines that hold no rows of their own.
ELSEWHERE: Final = frozenset(
    {"FEDERATED", "CONNECT", "SPIDER", "MRG_MyISAM", "MRG_MYISAM", "BLACKHOLE", "S3", "SPHINX"}
)
# Kept in memory: empty once the server is started again.
FLEETING: Final = frozenset({"MEMORY"})


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: Its name.
        type: Without its size: `varchar`.
        full_type: As it was declared: `varchar(40)`.
        charset: Of a text; else empty.
        is_generated: Whether the server makes its value from others.
    """

    name: str
    type: str
    full_type: str
    charset: str
    is_generated: bool


@dataclass(frozen=True)
class Table:
    """One table of the store's database.

    Attributes:
        name: As links and reports name it.
        engine: Its storage engine; empty for one that cannot be opened.
        is_versioned: Whether it keeps its own history.
        columns: In order, the generated ones too.
        key: Columns of its primary key.
    """

    name: str
    engine: str
    is_versioned: bool
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def stored(self) -> tuple[Column, ...]:
        """Columns whose values are not made from others."""
        return tuple(column for column in self.columns if not column.is_generated)

    @property
    def header(self) -> str:
        """What shapes each row's text."""
        return ", ".join(f"{quote_name(each.name)} {each.full_type}" for each in self.stored)

    @property
    def is_exact(self) -> bool:
        """Whether a snapshot sees its rows as they were."""
        return self.engine == EXACT_ENGINE

    @property
    def why_excluded(self) -> str:
        """Why no proof covers its rows; empty when one does."""
        if self.is_exact:
            return ""
        if not self.engine:
            return "it cannot be opened: its storage engine is not here or it is damaged"
        if self.engine in ELSEWHERE:
            return f"its engine {self.engine} keeps no rows in this server"
        if self.engine in FLEETING:
            return f"its engine {self.engine} keeps rows only until the server stops"
        return f"its engine {self.engine} has no transactions: it is copied, but not exactly"

    def select_statement(self) -> str:
        """Reads every row; every value as a text that tells each two values apart."""
        columns = ", ".join(_exactly(column) for column in self.stored) or "NULL"
        return f"SELECT {columns} FROM {quote_name(self.name)}"  # noqa: S608 - quoted


def _exactly(column: Column) -> str:
    """A float is shown with six digits unless it is taken for a double."""
    name = quote_name(column.name)
    return f"CAST({name} AS DOUBLE)" if column.type == "float" else name


def list_tables(session: Session, database: str) -> list[Table]:
    """Every table of a database that the login may see, sorted by name."""
    columns: dict[str, list[Column]] = {}
    for table, name, kind, full, charset, generated in session.rows(statement("columns"), database):
        columns.setdefault(table, []).append(Column(name, kind, full, charset, bool(generated)))
    keys: dict[str, list[str]] = {}
    for table, name in session.rows(statement("keys"), database):
        keys.setdefault(table, []).append(name)
    tables = [
        Table(
            name,
            engine,
            kind == "SYSTEM VERSIONED",
            tuple(columns.get(name, ())),
            tuple(keys.get(name, ())),
        )
        for name, kind, engine in session.rows(statement("tables"), database)
    ]
    return sorted(tables, key=lambda table: table.name)
