"""A database as a script that `mariadb` loads as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from seawall.engines.mariadb.accounts import Account
from seawall.engines.mariadb.backup import Surroundings
from seawall.engines.mariadb.client import Session
from seawall.engines.mariadb.definitions import Definition
from seawall.engines.mariadb.granted import grant_script
from seawall.engines.mariadb.literals import insert_statements
from seawall.engines.mariadb.quoting import quote_account, quote_name
from seawall.engines.mariadb.statements import statement

# Ends a statement whose body holds semicolons.
DELIMITER: Final = "//seawall//"
CODE: Final = frozenset({"procedure", "function", "package", "package body", "trigger", "event"})
SETTINGS: Final = """\
SET NAMES utf8mb4;
SET SESSION time_zone = '+00:00', sql_mode = 'NO_AUTO_VALUE_ON_ZERO',
    foreign_key_checks = 0, unique_checks = 0;
/*M!100200 SET SESSION check_constraint_checks = 0 */;
"""
RESTORED_CLIENT: Final = (
    "SET NAMES utf8mb4, SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00',"
    " timestamp = DEFAULT;\n"
)


def database_script(session: Session, database: str, around: Surroundings) -> Iterator[bytes]:
    """Create a database and fill it with all that a session sees."""
    (options,) = [each.create for each in around.definitions if each.kind == "database"]
    name = quote_name(database)
    yield (
        f"CREATE DATABASE IF NOT EXISTS {name};\nALTER DATABASE {name} {options};\nUSE {name};\n"
    ).encode()
    yield from content_script(session, database, around)


def content_script(session: Session, database: str, around: Surroundings) -> Iterator[bytes]:
    """Fill the current database, which is empty."""
    yield SETTINGS.encode()
    made = [each for each in around.definitions if each.kind in {"sequence", "table"}]
    for each in made:
        yield f"{each.create};\n".encode("utf-8", "surrogateescape")
        if each.kind == "sequence":
            yield _counted(session, each.name, quote_name(each.name))
    for table in around.tables:
        if table.engine:
            yield from insert_statements(table, session.raw_rows(table.select_statement()))
    views = [each for each in around.definitions if each.kind == "view"]
    yield from _placeholders(session, database, views)
    (options,) = [each.create for each in around.definitions if each.kind == "database"]
    code = [each for each in around.definitions if each.kind in CODE]
    routines = [each for each in code if each.kind not in {"trigger", "event"}]
    for each in (*routines, *views, *(each for each in code if each not in routines)):
        yield _code(each, options)


def accounts_script(
    accounts: Iterable[Account], definitions: Iterable[Definition]
) -> Iterator[bytes]:
    """Create accounts and roles where they do not exist, then grant on what is defined."""
    own = [each for each in accounts if not each.is_built_in]
    for each in own:
        if each.create:
            kind = "USER" if each.host else "ROLE"
            create = each.create.replace(f"CREATE {kind} ", f"CREATE {kind} IF NOT EXISTS ", 1)
            yield f"{create};\n".encode("utf-8", "surrogateescape")
        if each.is_locked:
            yield f"ALTER USER {quote_account(each.user, each.host)} ACCOUNT LOCK;\n".encode()
    made = {each.name for each in definitions if each.kind in {"table", "view", "sequence"}}
    for each in own:
        for grant in each.grants:
            yield grant_script(grant, made).encode("utf-8", "surrogateescape")


def counted_script(session: Session, database: str) -> Iterator[bytes]:
    """Let sequences count on from where they are now, or from further on."""
    for (name,) in session.rows(statement("sequences"), database):
        yield _counted(session, name, f"{quote_name(database)}.{quote_name(name)}")


def _counted(session: Session, name: str, written: str) -> bytes:
    """SETVAL never takes a sequence back."""
    state = statement("sequence_state").format(sequence=quote_name(name))
    following = session.rows(state)[0][0]
    return f"DO SETVAL({written}, {following}, 0);\n".encode()


def _placeholders(session: Session, database: str, views: list[Definition]) -> Iterator[bytes]:
    """Views may read views that are made later, so each is there with its columns first."""
    columns: dict[str, list[str]] = {}
    for table, column, *_ in session.rows(statement("columns"), database):
        columns.setdefault(table, []).append(f"1 AS {quote_name(column)}")
    for view in views:
        selected = ", ".join(columns.get(view.name, ["1"]))
        yield f"CREATE VIEW {quote_name(view.name)} AS SELECT {selected};\n".encode()


def _code(each: Definition, options: str) -> bytes:
    """One view, routine, trigger or event, made under the settings that it was made under."""
    create = each.create
    if each.kind == "view":
        create = create.replace("CREATE ", "CREATE OR REPLACE ", 1)
    settings = [f"SET NAMES utf8mb4, character_set_client = {each.charset or 'utf8mb4'}"]
    if each.collation:
        settings.append(f"collation_connection = {each.collation}")
    if each.kind != "view":
        settings.append(f"SESSION sql_mode = '{each.sql_mode}'")
    if each.time_zone:
        settings += [f"time_zone = '{each.time_zone}'", f"timestamp = {each.made_at}"]
    own, back = _database_collation(each, options)
    head = f"{', '.join(settings)};\n{own}DELIMITER {DELIMITER}\n"
    tail = f"\n{DELIMITER}\nDELIMITER ;\n{back}{RESTORED_CLIENT}"
    return head.encode() + _encoded(create, each.charset) + tail.encode()


def _database_collation(each: Definition, options: str) -> tuple[str, str]:
    """Code remembers the database's collation of its time, which may have changed since."""
    collation = each.database_collation
    if not collation or options.endswith(f" COLLATE {collation}"):
        return "", ""
    return f"ALTER DATABASE COLLATE {collation};\n", f"ALTER DATABASE {options};\n"


def _encoded(text: str, charset: str) -> bytes:
    """A statement in the character set that the server will take it for."""
    codec = {"latin1": "cp1252"}.get(charset, "utf-8")
    return text.encode(codec, "surrogateescape")
