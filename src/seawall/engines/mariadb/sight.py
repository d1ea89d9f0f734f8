"""What a login may see, read from its own grants: what it cannot see is named, never left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from seawall.engines.mariadb.client import Session
from seawall.engines.mariadb.quoting import quote_name
from seawall.model.fingerprint import Exclusion

_GRANT: Final = re.compile(r"GRANT (?P<rights>.+?) ON (?P<object>\*\.\*|`(?:[^`]|``)+`\.\*) TO ")
EVERYTHING: Final = "ALL PRIVILEGES"
# Kind of facts -> the rights of which one lets a login see them, and where.
VIEW: Final = "view"
TRIGGER: Final = "trigger"
EVENT: Final = "event"
ROUTINE: Final = "routine"
ACCOUNT: Final = "account"
TABLE: Final = "table"


@dataclass(frozen=True)
class Grants:
    """The rights of the current login.

    Attributes:
        account: As SQL names it.
        held: (right, object) pairs; the object is `*.*` or a quoted pattern of databases.
    """

    account: str
    held: frozenset[tuple[str, str]]

    @classmethod
    def read(cls, session: Session) -> Grants:
        """What `SHOW GRANTS` says, the current role's included."""
        held: set[tuple[str, str]] = set()
        for (line,) in session.rows("SHOW GRANTS"):
            match = _GRANT.match(line)
            if match:
                rights = re.split(r", (?![^(]*\))", match["rights"])
                held |= {(right, match["object"]) for right in rights}
        user, _, host = str(session.value("SELECT current_user()")).rpartition("@")
        return cls(f"`{user}`@`{host}`", frozenset(held))

    def may(self, right: str, database: str = "") -> bool:
        """Whether the login has a right everywhere, or on all of a database."""
        return any(
            name in {right, EVERYTHING} and (place == "*.*" or _covers(place, database))
            for name, place in self.held
        )

    def missing(self, right: str, place: str = "*.*") -> str:
        """The statement that grants a right."""
        return f"GRANT {right} ON {place} TO {self.account}"


def _covers(place: str, database: str) -> bool:
    """Whether a pattern of a grant is for a database."""
    if not database:
        return False
    pattern = place.removesuffix(".*")[1:-1].replace("``", "`")
    regular = "".join(_regular(part) for part in re.findall(r"\\.|.", pattern))
    return re.fullmatch(regular, database) is not None


def _regular(part: str) -> str:
    if part in {"%", "_"}:
        return ".*" if part == "%" else "."
    return re.escape(part[-1])


def unseen(grants: Grants, database: str, *, is_mariadb: bool) -> dict[str, Exclusion]:
    """Kinds of facts that the login cannot see, each with the grant that it lacks."""
    return {
        kind: Exclusion(f"({kind}s)", why) for kind, why in _reasons(grants, database, is_mariadb)
    }


def _reasons(grants: Grants, database: str, is_mariadb: bool) -> Iterator[tuple[str, str]]:  # noqa: FBT001 - private
    here = f"{quote_name(database)}.*"
    if not grants.may("SELECT", database):
        yield TABLE, f"tables beside its own are not shown to it: {grants.missing('SELECT', here)}"
    for kind, right in ((VIEW, "SHOW VIEW"), (TRIGGER, "TRIGGER"), (EVENT, "EVENT")):
        if not grants.may(right, database):
            yield kind, f"the login may not see them: {grants.missing(right, here)}"
    if is_mariadb and not grants.may("SELECT", "mysql"):
        sentence = f"the login may not see them: {grants.missing('SELECT', '`mysql`.*')}"
        yield ACCOUNT, sentence
        if not grants.may("SHOW CREATE ROUTINE", database):
            yield ROUTINE, sentence
    if not is_mariadb:
        if not grants.may("SELECT", "mysql"):
            yield ACCOUNT, f"the login may not see them: {grants.missing('SELECT', '`mysql`.*')}"
        if not (grants.may("SHOW_ROUTINE") or grants.may("SELECT")):
            yield ROUTINE, f"the login may not see them: {grants.missing('SHOW_ROUTINE')}"
