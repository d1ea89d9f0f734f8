"""How everything in a database was defined, as the server itself writes it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any, Final

from blake3 import blake3

from seawall.engines.mariadb.client import Session
from seawall.engines.mariadb.quoting import quote_name
from seawall.engines.mariadb.sight import EVENT, ROUTINE, TRIGGER, VIEW
from seawall.engines.mariadb.statements import statement
from seawall.model.fingerprint import Fact

HASH_BYTES: Final = 16
# How far a table has counted changes with its rows; it is no part of how it was defined.
_COUNTED: Final = re.compile(r"(\n\).*?) AUTO_INCREMENT=\d+")
ROUTINES: Final = {
    "PROCEDURE": "procedure",
    "FUNCTION": "function",
    "PACKAGE": "package",
    "PACKAGE BODY": "package body",
}


@dataclass(frozen=True)
class Definition:
    """One object.

    Attributes:
        kind: `database`, `table`, `sequence`, `view`, `procedure`, `function`, `package`,
            `package body`, `trigger` or `event`.
        name: Of the object.
        create: The statement that makes it.
        sql_mode: In force when it was made; matters to code.
        charset: Of the client that made it.
        collation: Of the connection that made it.
        database_collation: Of the database then.
        time_zone: Of an event.
        made_at: Of an event, in seconds since 1970.
        compared: What is compared in place of the statement, where that depends on the server.
    """

    kind: str
    name: str
    create: str
    sql_mode: str = ""
    charset: str = ""
    collation: str = ""
    database_collation: str = ""
    time_zone: str = ""
    made_at: int = 0
    compared: str = ""

    def fact(self) -> Fact:
        """Its definition as a hash."""
        create = self.compared or self.create
        if self.kind == "table":
            create = _COUNTED.sub(r"\1", create)
        parts = (
            create,
            self.sql_mode,
            self.charset,
            self.collation,
            self.database_collation,
            self.time_zone,
        )
        value = blake3("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest(HASH_BYTES)
        return Fact(self.kind, self.name, value)


def read_definitions(session: Session, database: str, unseen: Container[str]) -> list[Definition]:
    """Everything that the login sees, in the order in which it can be made again."""
    return [
        *_database(session, database),
        *_tables(session, database),
        *(_routines(session, database) if ROUTINE not in unseen else ()),
        *(_views(session, database) if VIEW not in unseen else ()),
        *(_triggers(session, database) if TRIGGER not in unseen else ()),
        *(_events(session, database) if EVENT not in unseen else ()),
    ]


def _database(session: Session, database: str) -> Iterator[Definition]:
    ((charset, collation),) = session.rows(statement("database"), database)
    create = f"CHARACTER SET {charset} COLLATE {collation}"
    # Its own name is not compared: a store may be restored under another one.
    yield Definition("database", "(options)", create)


def _tables(session: Session, database: str) -> Iterator[Definition]:
    for name, kind in session.rows(statement("definable"), database):
        # A sequence can also be asked for as a table, but is not made again as one.
        what = "SEQUENCE" if kind == "SEQUENCE" else "TABLE"
        (row,) = session.rows(f"SHOW CREATE {what} {quote_name(name)}")
        yield Definition(what.lower(), name, row[1])


def _views(session: Session, database: str) -> Iterator[Definition]:
    for name, check, body in session.rows(statement("views"), database):
        (row,) = session.rows(f"SHOW CREATE VIEW {quote_name(name)}")
        # How the server shows the body depends on whether the view's owner exists.
        own = body.replace(f"{quote_name(database)}.", "")
        compared = f"{row[1].split(' AS ', maxsplit=1)[0]} {check} {own}"
        yield Definition("view", name, row[1], charset=row[2], collation=row[3], compared=compared)


def _routines(session: Session, database: str) -> Iterator[Definition]:
    for name, kind in session.rows(statement("routines"), database):
        (row,) = session.rows(f"SHOW CREATE {kind} {quote_name(name)}")
        yield _code(ROUTINES[kind], row)


def _triggers(session: Session, database: str) -> Iterator[Definition]:
    for (name,) in session.rows(statement("triggers"), database):
        (row,) = session.rows(f"SHOW CREATE TRIGGER {quote_name(name)}")
        yield _code("trigger", row)


def _events(session: Session, database: str) -> Iterator[Definition]:
    for name, made_at in session.rows(statement("events"), database):
        (row,) = session.rows(f"SHOW CREATE EVENT {quote_name(name)}")
        name_, mode, zone, create, charset, collation, database_collation = row
        yield Definition(
            "event",
            name_,
            create,
            mode,
            charset,
            collation,
            database_collation,
            zone,
            int(made_at),
        )


def _code(kind: str, row: tuple[Any, ...]) -> Definition:
    name, mode, create, charset, collation, database_collation = row[:6]
    return Definition(kind, name, create or "", mode, charset, collation, database_collation)
