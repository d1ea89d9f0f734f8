"""Roles, memberships and their settings: they belong to the server, not to one database."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from seawall.engines.postgres.client import PostgresClient, Session
from seawall.engines.postgres.note import SANDBOX_LOGIN
from seawall.engines.postgres.tools import read_program

# pg_dumpall fences its script against injected commands of psql, which is not used here.
_FENCE: Final = re.compile(r"^\\(?:un)?restrict \w+$", re.MULTILINE)
_ROLE: Final = re.compile(r'^(CREATE|ALTER) ROLE ("(?:[^"]|"")*"|[^\s";]+)[^\n]*;$', re.MULTILINE)


def dump_roles(client: PostgresClient, folder: Path) -> bytes:
    """The server's roles as a script; with their passwords where the login may see them."""
    may_see = client.session.value("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    arguments = ["--globals-only", "--no-tablespaces"]
    if not may_see:
        arguments.append("--no-role-passwords")
    database = client.session.value("SELECT current_database()")
    arguments.append(f"--database={database}")
    with read_program(client.target, folder, "pg_dumpall", *arguments) as output:
        return b"".join(output)


def create_roles(session: Session, script: str, *, altered: frozenset[str]) -> None:
    """Create the script's roles in one transaction, all of them or none.

    Args:
        session: On the server that is to have them.
        script: As `dump_roles` wrote it.
        altered: Roles that exist already and get the script's attributes; others that exist keep
            their own.
    """
    known = {name for (name,) in session.rows("SELECT rolname FROM pg_roles")}

    def keep(match: re.Match[str]) -> str:
        verb, name = match.group(1), _plain(match.group(2))
        if name == SANDBOX_LOGIN or (verb == "CREATE" and name in known):
            return ""
        return match.group(0) if name not in known or name in altered else ""

    session.run(_ROLE.sub(keep, _FENCE.sub("", script)))


def _plain(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
