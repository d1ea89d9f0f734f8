"""The driver's failures as Seawall's errors: what happened, what to do, and no secret."""

from __future__ import annotations

import re
from typing import Final

from seawall.errors import RefusedError, SeawallError, UnreachableError, UsageError
from seawall.model.target import Target

# Numbers of MongoDB's error codes: error_codes.yml of the server.
UNAUTHORIZED: Final = 13
REFUSED_LOGINS: Final = frozenset({11, 18, 334, 8000})
LOST_SNAPSHOTS: Final = frozenset({239, 246, 251})
LOST_CURSORS: Final = frozenset({26, 43, 136, 175, 237, 286})
LONGEST: Final = 300
# The driver's words when members answer, and none of them takes writes.
NO_PRIMARY: Final = 'match selector "Primary()"'
# Python's words, and the name that OpenSSL gives to an answer that is no TLS.
_TLS: Final = re.compile(
    r"certificate verify failed[^(]*|SSL[^,]*handshake[^,]*|WRONG_VERSION_NUMBER[^(]*",
    re.IGNORECASE,
)


class ReplyError(RefusedError):
    """The server answered a command with an error.

    Attributes:
        number: MongoDB's number of the error.
    """

    number: int = 0


class LostCursorError(ReplyError):
    """What was being read is gone: a collection was dropped or renamed."""


def connect_failure(target: Target, act: str, said: str) -> SeawallError:
    """The server cannot be reached, or the connection was lost."""
    addresses = target.location.addresses
    where = ", ".join(f"{host}:{port}" if port else host for host, port in addresses)
    attempted = f"{act} of store `{target.store}` at {where}"
    if act == "connect":
        attempted = f"reach store `{target.store}` at {where}"
    if tls := _TLS.search(said):
        return UnreachableError(
            "SW-CONNECT-004",
            attempted=attempted,
            happened=f"TLS failed: {tls.group().strip()}.",
            hint="Check that the server speaks TLS, and that its certificate has not expired, is for"
            " this host, and is signed by what `tlsCAFile` names:"
            " `openssl s_client -connect HOST:PORT`.",
        )
    if NO_PRIMARY in said:
        return primary_lost(target, act, said)
    return UnreachableError(
        "SW-CONNECT-001",
        attempted=attempted,
        happened=f"{_shorten(said)}.",
        hint="Check that the server runs and that its address and port are right.",
    )


def primary_lost(target: Target, act: str, said: str) -> SeawallError:
    """The member that was asked is no primary any more, and another one is not there yet."""
    return UnreachableError(
        "SW-MONGODB-015",
        attempted=f"{act} of store `{target.store}`",
        happened=f"its replica set has no primary, or chose another one: {_shorten(said)}.",
        hint="Run it again when there is one: `rs.status()` names it.",
    )


def reply_failure(target: Target, act: str, number: int, said: str) -> SeawallError:
    """The server answered with an error."""
    attempted = f"{act} of store `{target.store}`"
    happened = f"the server says: {_shorten(said)}."
    if number in REFUSED_LOGINS:
        return UnreachableError(
            "SW-CONNECT-002",
            attempted=f"log in to store `{target.store}`",
            happened="the server refuses the login.",
            hint="Check user, password and `authSource` of the store's url.",
        )
    if number == UNAUTHORIZED:
        if "requires authentication" in said:
            return UnreachableError(
                "SW-CONNECT-002",
                attempted=f"log in to store `{target.store}`",
                happened="the server wants a login and the store's url has none.",
                hint="Put user and `authSource` into the store's url.",
            )
        return RefusedError(
            "SW-MONGODB-002",
            attempted=attempted,
            happened=happened,
            hint="Grant the login the built-in role `backup`, or `read` on its databases.",
        )
    if number in LOST_SNAPSHOTS:
        return RefusedError(
            "SW-MONGODB-004",
            attempted=attempted,
            happened=f"the server has ended the snapshot: {_shorten(said)}.",
            hint="It keeps one for transactionLifetimeLimitSeconds (60 by default). Raise that, or"
            " let the login read the oplog (role `backup`).",
        )
    if number in LOST_CURSORS:
        return LostCursorError(
            "SW-MONGODB-005",
            attempted=attempted,
            happened=f"what was being read is gone: {_shorten(said)}.",
            hint="A collection was dropped or renamed meanwhile: run it again.",
        )
    error = ReplyError(
        "SW-MONGODB-003",
        attempted=attempted,
        happened=f"{happened} (number {number})",
        hint="The text is the server's own.",
    )
    error.number = number
    return error


def url_failure(target: Target, said: str) -> SeawallError:
    """The driver does not take the store's url."""
    return UsageError(
        "SW-CONNECT-003",
        attempted=f"read the url of store `{target.store}`",
        happened=f"{_shorten(said)}.",
        hint="Correct or remove that option of the store's url.",
    )


def driver_missing(target: Target) -> RefusedError:
    """The driver comes with an extra of the package."""
    return RefusedError(
        "SW-MONGODB-006",
        attempted=f"open store `{target.store}`",
        happened="the Python driver pymongo is not installed.",
        hint="Run `pip install 'seawall[mongodb]'`.",
    )


def _shorten(said: str) -> str:
    """A server's or driver's text without what it repeats at length."""
    text = said.partition(", full error:")[0].partition(", Timeout:")[0]
    return " ".join(text.split()).rstrip(".")[:LONGEST]
