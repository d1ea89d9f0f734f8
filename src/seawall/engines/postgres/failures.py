"""The driver's failures as Seawall's errors: what happened, what to do, and no secret."""

from __future__ import annotations

import re
from typing import Final

from seawall.errors import RefusedError, SeawallError, TimedOutError, UnreachableError, UsageError
from seawall.model.target import Target

# The driver reports a refused login by its text alone.
_REFUSED_LOGIN: Final = re.compile(
    r"authentication failed|no password supplied|pg_hba\.conf|does not exist"
    r"|not permitted to log in|permission denied for database|\b28(000|P01)\b"
)
_NOT_TRUSTED: Final = re.compile(
    r"certificate verify failed|does not match host name|server does not support SSL"
    r"|root certificate file|could not load|SSL (?:error|was required)"
)
_LOCALE: Final = re.compile(r"incompatible with operating system")
_MISSING_LIBRARY: Final = re.compile(r'could not access file "(?:\$libdir/)?([^"]+)"')
# How the programs say that the server went away, or was not there.
_LOST_CONNECTION: Final = re.compile(
    r"closed the connection unexpectedly|connection to server .* failed|terminating connection"
)
INSUFFICIENT_PRIVILEGE: Final = "42501"
LOCK_NOT_AVAILABLE: Final = "55P03"


def connect_failure(target: Target, said: str) -> SeawallError:
    """Why a connection could not be opened."""
    attempted = f"connect to store `{target.store}` at {target.location.shown()}"
    happened = _one_line(said)
    if _LOCALE.search(said):
        return differs(attempted, f"{happened}.")
    if "invalid connection option" in said:
        return UsageError(
            "SW-CONNECT-003",
            attempted=attempted,
            happened=f"{happened}.",
            hint="Remove the option from the store's url.",
        )
    if _REFUSED_LOGIN.search(said):
        return UnreachableError(
            "SW-CONNECT-002",
            attempted=attempted,
            happened=f"the login was refused: {happened}.",
            hint="Check user, password and database of the store's url, and the server's"
            " pg_hba.conf.",
        )
    if _NOT_TRUSTED.search(said):
        return UnreachableError(
            "SW-CONNECT-004",
            attempted=attempted,
            happened=f"{happened}.",
            hint="Check that the certificate has not expired, is for this host, and is signed by"
            " what `sslrootcert` names: `openssl s_client -starttls postgres -connect HOST:PORT`.",
        )
    return UnreachableError(
        "SW-CONNECT-001",
        attempted=attempted,
        happened=f"{happened}.",
        hint="Check that the server runs and that host and port of the store's url are right.",
    )


def is_lost_connection(said: str) -> bool:
    """Whether a program's last lines tell of its connection and not of its work."""
    return _LOST_CONNECTION.search(said) is not None


def statement_failure(store: str, state: str, said: str, *, is_lost: bool) -> SeawallError:
    """Why a statement failed."""
    attempted = f"work with store `{store}`"
    happened = f"{_one_line(said)}."
    library = _MISSING_LIBRARY.search(said)
    if library:
        return differs(attempted, f"the library {library.group(1)} is not installed there.")
    if state == INSUFFICIENT_PRIVILEGE:
        return RefusedError(
            "SW-POSTGRES-001",
            attempted=attempted,
            happened=happened,
            hint="Grant the right that is named to the login of the store's url.",
        )
    if state == LOCK_NOT_AVAILABLE:
        return TimedOutError(
            "SW-POSTGRES-011",
            attempted=attempted,
            happened=happened,
            hint="Wait until ALTER TABLE, TRUNCATE or VACUUM FULL has finished, then try again.",
        )
    if is_lost:
        return UnreachableError(
            "SW-CONNECT-001",
            attempted=attempted,
            happened=f"the connection was lost: {happened}",
            hint="Check that the server runs, then run the command again.",
        )
    return SeawallError(
        "SW-POSTGRES-002",
        attempted=attempted,
        happened=f"{happened}{f' (SQLSTATE {state})' if state else ''}",
        hint="If the statement is Seawall's own, report it with this text.",
    )


def stream_failure(target: Target, said: str) -> SeawallError:
    """Why the log cannot be received."""
    return UnreachableError(
        "SW-POSTGRES-007",
        attempted=f"receive the log of store `{target.store}`",
        happened=f"{_one_line(said)}.",
        hint="Check that the server runs and keeps its log long enough, then run the backup again.",
    )


def differs(attempted: str, happened: str) -> RefusedError:
    """A restored copy cannot work because this machine lacks what production has."""
    return RefusedError(
        "SW-POSTGRES-005",
        attempted=attempted,
        happened=f"the sandbox differs from production: {happened}",
        hint="Install what is missing for the programs used here; the backup itself may be good.",
    )


def unsupported(store: str, major: int) -> RefusedError:
    """The server's version is not one the row answers for."""
    return RefusedError(
        "SW-ENGINE-003",
        attempted=f"open store `{store}`",
        happened=f"its server is PostgreSQL {major}.",
        hint="Seawall supports PostgreSQL 14 to 18.",
    )


def driver_missing(target: Target) -> RefusedError:
    """The driver comes with an extra of the package."""
    return RefusedError(
        "SW-POSTGRES-012",
        attempted=f"open store `{target.store}`",
        happened="the Python driver psycopg is not installed.",
        hint="Run `pip install 'seawall[postgres]'`.",
    )


def _one_line(said: str) -> str:
    lines = (line.strip() for line in said.splitlines())
    return " ".join(line for line in lines if line).rstrip(".")
