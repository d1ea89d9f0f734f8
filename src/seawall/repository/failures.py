"""What can go wrong between Seawall and its repository, as typed errors."""

from __future__ import annotations

import errno
import os
import re

from seawall.errors import FindingsError, RefusedError, UnreachableError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_OS_ERROR = re.compile(r"\(os error (\d+)\)")


class RepositoryFullError(UnreachableError):
    """The repository has no room for what is being stored."""


class KeyTakenError(RefusedError):
    """An object of this key exists; nothing in a repository is ever overwritten."""


class MissingObjectError(FindingsError):
    """An object that should be in the repository is not there."""


def key_taken(url: str, key: str) -> KeyTakenError:
    """The error of a put whose key exists."""
    return KeyTakenError(
        "SW-REPOSITORY-011",
        attempted=f"store {key} in {url}",
        happened="an object of this name exists, and nothing stored is ever overwritten.",
        hint="Another backup is being stored here: try again when it is done.",
    )


def missing_object(url: str, key: str) -> MissingObjectError:
    """The error of reading a key that does not exist."""
    return MissingObjectError(
        "SW-REPOSITORY-005",
        attempted=f"read {key} from {url}",
        happened="the repository has no such object.",
        hint="Run `seawall verify` to see what else is missing.",
    )


def unreachable(url: str, attempted: str, happened: str) -> UnreachableError:
    """The error of a repository that cannot be read or written at all."""
    return UnreachableError(
        "SW-REPOSITORY-001",
        attempted=f"{attempted} {url}",
        happened=happened,
        hint="Check that the folder exists, is mounted, and may be used by the current user.",
    )


def storage_failure(url: str, attempted: str, error: Exception) -> UnreachableError:
    """Name the cause of a failed call by the operating system's error number within it."""
    found = _OS_ERROR.search(str(error))
    number = error.errno if isinstance(error, OSError) else int(found[1]) if found else None
    if number in _FULL:
        return RepositoryFullError(
            "SW-REPOSITORY-003",
            attempted=f"{attempted} {url}",
            happened=f"{os.strerror(number).lower()}.",
            hint="Make room there, then run it again: no backup was lost.",
        )
    happened = os.strerror(number).lower() if number else str(error).split("\n", maxsplit=1)[0]
    return unreachable(url, attempted, f"{happened}.")
