"""Accounts, roles and their grants: they belong to the server, not to one database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from blake3 import blake3

from seawall.engines.mariadb.client import Session
from seawall.engines.mariadb.definitions import HASH_BYTES
from seawall.engines.mariadb.granted import Granted
from seawall.engines.mariadb.note import LOGIN, LOGIN_HOST, PRIVATE_HOST, PRIVATE_LOGIN
from seawall.engines.mariadb.quoting import quote_account, quote_name
from seawall.engines.mariadb.statements import statement
from seawall.model.fingerprint import Fact

# Logins that Seawall gives to servers of its own.
OURS: Final = frozenset({(LOGIN, LOGIN_HOST), (PRIVATE_LOGIN, PRIVATE_HOST)})
# Accounts that each server has from the beginning.
BUILT_IN: Final = frozenset(
    {
        ("root", "localhost"),
        ("mariadb.sys", "localhost"),
        ("mysql", "localhost"),
        ("mysql.sys", "localhost"),
        ("mysql.session", "localhost"),
        ("mysql.infoschema", "localhost"),
    }
)
PUBLIC: Final = "PUBLIC"
_LOCKED: Final = " ACCOUNT LOCK"


@dataclass(frozen=True)
class Account:
    """One account or role.

    Attributes:
        user: Its name.
        host: From where; empty for a role.
        create: The statement that makes it, not locked.
        is_locked: Whether nobody may log in by it.
        grants: The statements that give it rights on the server and on the store's database.
    """

    user: str
    host: str
    create: str
    is_locked: bool
    grants: tuple[str, ...]

    @property
    def is_built_in(self) -> bool:
        """Whether each server has it."""
        return (self.user, self.host) in BUILT_IN

    def fact(self) -> Fact:
        """Its attributes, the hash of its password included, and its grants."""
        text = "\n".join((self.create, str(self.is_locked), *sorted(self.grants)))
        name = f"{self.user}@{self.host}" if self.host else self.user
        value = blake3(text.encode("utf-8", "surrogateescape")).hexdigest(HASH_BYTES)
        return Fact("account" if self.host else "role", name, value)


def read_accounts(session: Session, database: str) -> list[Account]:
    """Every account and role but Seawall's own; roles first, as others are given them."""
    accounts: list[Account] = []
    lost: dict[str, set[str]] = {}
    for table, column in session.rows(statement("lost_columns"), database):
        lost.setdefault(quote_name(table), set()).add(quote_name(column))
    for user, host, is_role, was_locked in session.rows(statement("accounts")):
        if (user, host) in OURS:
            continue
        account = quote_account(user, host)
        create, is_locked = f"CREATE ROLE {account}", False
        if user == PUBLIC and not host:
            create = ""
        elif not is_role:
            ((create,),) = session.rows(f"SHOW CREATE USER {account}")
            # A sandbox locks all accounts, and notes which were not.
            is_locked = was_locked == "true" if was_locked else _LOCKED in create
            create = create.replace(_LOCKED, "")
        lines = [line for (line,) in session.rows(f"SHOW GRANTS FOR {account}")]
        grants = tuple(_kept(line, lost) for line in lines if _belongs(line, database))
        accounts.append(
            Account(user, "" if is_role else host, create, is_locked, tuple(filter(None, grants)))
        )
    return accounts


def _belongs(line: str, database: str) -> bool:
    """Whether a grant is on the server, on the store's database, or is a role's."""
    if line.startswith("GRANT PROXY "):
        return False
    granted = Granted.parse(line)
    if granted is None:
        return True
    pattern = granted.database.replace("\\_", "_").replace("\\%", "%")
    return granted.database == "*" or pattern == quote_name(database)


def _kept(line: str, lost: Mapping[str, Collection[str]]) -> str:
    """A grant without columns that are gone: it gives nothing on them, and cannot be given again."""
    granted = Granted.parse(line)
    if granted is None or not granted.is_on_table:
        return line
    return granted.without(lost.get(granted.name, ()))
