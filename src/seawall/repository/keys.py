"""age identities: who can open a backup, known before the backup is made."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pyrage

from seawall.errors import RefusedError, UsageError
from seawall.model.secret import Secret


def create_identity(path: Path) -> str:
    """Write a new identity (0600) and return its recipient; an existing file is never replaced.

    Raises:
        RefusedError: SW-KEY-004 when the file exists.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    identity = pyrage.x25519.Identity.generate()
    recipient = str(identity.to_public())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise RefusedError(
            "SW-KEY-004",
            attempted=f"write a new key to {path}",
            happened="there is a key already, and backups may need it.",
            hint="Keep it; a new application gets a key of its own.",
        ) from None
    with os.fdopen(descriptor, "w") as file:
        # The form that `age-keygen` writes and `age -i` reads.
        file.write(f"# public key: {recipient}\n{identity}\n")
        file.flush()
        os.fsync(file.fileno())
    return recipient


def read_identity(text: str, where: str) -> Secret:
    """The identity in the text of a key file.

    Raises:
        UsageError: SW-KEY-002 when there is none.
    """
    for line in text.splitlines():
        try:
            pyrage.x25519.Identity.from_str(line.strip())
        except pyrage.IdentityError:
            continue
        return Secret(line.strip())
    raise UsageError(
        "SW-KEY-002",
        attempted=f"read the key {where}",
        happened="it holds no age identity.",
        hint="It has a line that begins with AGE-SECRET-KEY-1.",
    )


def recipient_of(identity: Secret) -> str:
    """The public half of an identity."""
    return str(pyrage.x25519.Identity.from_str(identity.reveal()).to_public())


def is_open_to_others(path: Path) -> bool:
    """Whether somebody else than its owner may read a key file."""
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def check_keys(recipients: tuple[str, ...], identity: Secret) -> None:
    """Notice a wrong key when backing up, not when restoring.

    Raises:
        RefusedError: SW-KEY-001 when the identity opens nothing encrypted for the recipients.
    """
    if recipient_of(identity) not in recipients:
        raise RefusedError(
            "SW-KEY-001",
            attempted="check that the backup can be opened again",
            happened="the identity here belongs to none of the file's recipients.",
            hint=f"Add {recipient_of(identity)} to `repository.recipients`, or name the right"
            " `repository.identity`.",
        )
