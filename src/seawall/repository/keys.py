"""age identities: who can open a backup, known before the backup is made."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from seawall.errors import RefusedError, UsageError
from seawall.model.secret import Secret
from seawall.repository import age


def create_identity(path: Path) -> str:
    """Write a new identity (0600) and return its recipient; an existing file is never replaced.

    Raises:
        RefusedError: SW-KEY-004 when the file exists.
        UsageError: SW-KEY-006 when the file cannot be written.
    """
    identity = age.new_identity()
    recipient = age.recipient_of(identity)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # The form that `age-keygen` writes and `age -i` reads.
        _write_new(path, f"# public key: {recipient}\n{identity}\n")
    except FileExistsError:
        raise RefusedError(
            "SW-KEY-004",
            attempted=f"write a new key to {path}",
            happened="there is a key already, and backups may need it.",
            hint="Keep it; a new application gets a key of its own.",
        ) from None
    except OSError as error:
        raise UsageError(
            "SW-KEY-006",
            attempted=f"write a new key to {path}",
            happened=f"{(error.strerror or 'it cannot be written').lower()}.",
            hint="Name a place that you may write as `repository.identity`.",
        ) from None
    return recipient


def read_identity(text: str, where: str) -> Secret:
    """The identities in the text of a key file, one a line as `age -i` tries them.

    Raises:
        UsageError: SW-KEY-002 when there is none.
    """
    lines = [line.strip() for line in text.splitlines()]
    found = [line for line in lines if age.is_identity(line)]
    if not found:
        raise UsageError(
            "SW-KEY-002",
            attempted=f"read the key {where}",
            happened="it holds no age identity.",
            hint="It has a line that begins with AGE-SECRET-KEY-1.",
        )
    return Secret("\n".join(found))


def recipient_of(identity: Secret) -> str:
    """The public half of a key file's first identity."""
    return _recipients_of(identity)[0]


def is_open_to_others(path: Path) -> bool:
    """Whether somebody else than its owner may read a key file."""
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def check_recipients(recipients: tuple[str, ...]) -> None:
    """Notice a mistyped recipient before anything is encrypted for it.

    Raises:
        UsageError: SW-KEY-003 for the first text that is no age recipient.
    """
    for each in recipients:
        if not age.is_recipient(each):
            raise UsageError(
                "SW-KEY-003",
                attempted="encrypt a backup",
                happened=f"{_without_secret(each)} is no age recipient.",
                hint="A recipient begins with age1; `seawall init` or `age-keygen` prints it.",
            )


def check_keys(recipients: tuple[str, ...], identity: Secret) -> None:
    """Notice a wrong key when backing up, not when restoring.

    Raises:
        UsageError: SW-KEY-003 when a recipient is none.
        RefusedError: SW-KEY-001 when the identity opens nothing encrypted for the recipients.
    """
    check_recipients(recipients)
    if not opens(identity, recipients):
        raise RefusedError(
            "SW-KEY-001",
            attempted="check that the backup can be opened again",
            happened="the identity here belongs to none of the file's recipients.",
            hint=f"Add {recipient_of(identity)} to `repository.recipients`, or name the right"
            " `repository.identity`.",
        )


def opens(identity: Secret, recipients: tuple[str, ...]) -> bool:
    """Whether one of a key file's identities opens what is encrypted for the recipients."""
    return bool(set(_recipients_of(identity)) & set(recipients))


def _recipients_of(identity: Secret) -> list[str]:
    return [age.recipient_of(each) for each in identity.reveal().splitlines()]


def _without_secret(text: str) -> str:
    """A mistaken recipient for a message: somebody may have pasted the secret half."""
    return "a secret identity" if "SECRET" in text.upper() else f"`{text}`"


def _write_new(path: Path, text: str) -> None:
    """Write a file that must not exist; a failed write leaves none, a good one outlives a crash."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
