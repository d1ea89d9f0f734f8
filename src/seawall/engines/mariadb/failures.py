"""The driver's failures as Seawall's errors: what happened, what to do, and no secret."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from seawall.errors import RefusedError, SeawallError, TimedOutError, UnreachableError, UsageError
from seawall.model.target import Target

# The server's own numbers of errors.
REFUSED_LOGIN: Final = frozenset({1044, 1045, 1049, 1130, 1131, 1133, 1251, 1275, 1524, 1698, 4151})
# TLS as the driver finds it, and a MySQL that lets nobody in without.
TLS: Final = frozenset({2026, 3159})
LACKS_RIGHT: Final = frozenset({1044, 1142, 1143, 1227, 1290, 1370, 1045})
LOST: Final = frozenset({1053, 1077, 1079, 1152, 1158, 1159, 1160, 1161, 1927, 2006, 2013, 2055})
LOCKED: Final = frozenset({1205, 1969})
CHANGED: Final = frozenset({1412, 1146, 1051})


def connect_failure(target: Target, number: int, said: str) -> SeawallError:
    """Why a connection could not be opened."""
    attempted = f"connect to store `{target.store}` at {target.location.shown()}"
    happened = f"{one_line(said)}."
    if number in REFUSED_LOGIN:
        return UnreachableError(
            "SW-CONNECT-002",
            attempted=attempted,
            happened=f"the login was refused: {happened}",
            hint="Check user, password and database of the store's url, the host that the account"
            " is for, and whether it is let in without TLS (`ssl-mode`).",
        )
    if number in TLS or "[SSL" in said:
        return UnreachableError(
            "SW-CONNECT-004", attempted=attempted, happened=happened, hint=_tls_hint(said)
        )
    return UnreachableError(
        "SW-CONNECT-001",
        attempted=attempted,
        happened=happened,
        hint="Check that the server runs and that host and port of the store's url are right.",
    )


def tls_files_failure(target: Target, said: str) -> UnreachableError:
    """The files of an authority, a certificate or a key cannot be used."""
    return UnreachableError(
        "SW-CONNECT-004",
        attempted=f"connect to store `{target.store}` at {target.location.shown()}",
        happened=f"a file that is named for TLS cannot be used: {one_line(said)}.",
        hint="Check that `ssl-ca`, `ssl-cert` and `ssl-key` name PEM files that can be read here,"
        " that certificate and key belong together, and that the key has no pass phrase.",
    )


def _tls_hint(said: str) -> str:
    if "insecure transport" in said:
        return "Add `ssl-mode=verify_identity` and `ssl-ca=FILE` to the store's url."
    if "doesn't support it" in said:
        return "Give the server a certificate, or take `ssl-mode` out of the store's url."
    return (
        "Check that the certificate has not expired, is for this host, and is signed by what"
        " `ssl-ca` names: `openssl s_client -starttls mysql -connect HOST:PORT`."
    )


def statement_failure(store: str, number: int, said: str) -> SeawallError:
    """Why a statement failed."""
    attempted = f"work with store `{store}`"
    happened = f"{one_line(said)}."
    if number in LOST:
        return UnreachableError(
            "SW-CONNECT-001",
            attempted=attempted,
            happened=f"the connection was lost: {happened}",
            hint="Check that the server runs, then run the command again.",
        )
    if number in LACKS_RIGHT:
        return RefusedError(
            "SW-MARIADB-001",
            attempted=attempted,
            happened=happened,
            hint="Grant the right that is named to the login of the store's url.",
        )
    if number in LOCKED:
        return TimedOutError(
            "SW-MARIADB-009",
            attempted=attempted,
            happened=happened,
            hint="Wait until ALTER TABLE or another backup has finished, then try again.",
        )
    return SeawallError(
        "SW-MARIADB-002",
        attempted=attempted,
        happened=f"{happened} (error {number})",
        hint="If the statement is Seawall's own, report it with this text.",
    )


def unknown_option(target: Target, name: str) -> UsageError:
    """An option of the url that means nothing here."""
    return UsageError(
        "SW-CONNECT-003",
        attempted=f"connect to store `{target.store}` at {target.location.shown()}",
        happened=f"there is no option {name!r}, or it cannot have that value.",
        hint="Remove the option from the store's url.",
    )


def bad_option_file(target: Target, path: Path, error: Exception) -> UsageError:
    """The option file that completes the url cannot be read."""
    return UsageError(
        "SW-MARIADB-013",
        attempted=f"read the option file {path} for store `{target.store}`",
        happened=f"{one_line(getattr(error, 'strerror', None) or str(error))}.",
        hint="Check `read-default-file` of the store's url, and that the file is text in UTF-8.",
    )


def no_database(target: Target) -> UsageError:
    """A store is one database of its server, and the url names none."""
    return UsageError(
        "SW-MARIADB-006",
        attempted=f"open store `{target.store}` at {target.location.shown()}",
        happened="the url names no database.",
        hint="End the url with the database's name: mariadb://USER@HOST:3306/DATABASE.",
    )


def unsupported(store: str, version: str) -> RefusedError:
    """The server's version is not one the row answers for."""
    return RefusedError(
        "SW-ENGINE-003",
        attempted=f"open store `{store}`",
        happened=f"its server is {version}.",
        hint="Seawall supports MariaDB 10.6 to 12 and MySQL 8.0 to 9.",
    )


def driver_missing(target: Target) -> RefusedError:
    """The driver comes with an extra of the package."""
    return RefusedError(
        "SW-MARIADB-010",
        attempted=f"open store `{target.store}`",
        happened="the Python driver PyMySQL is not installed.",
        hint="Run `pip install 'seawall[mariadb]'`.",
    )


def one_line(said: str) -> str:
    """A message in one line, without its full stop."""
    lines = (line.strip() for line in said.splitlines())
    return " ".join(line for line in lines if line).rstrip(".")
