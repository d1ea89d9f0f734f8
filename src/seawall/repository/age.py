"""age, as far as the repository needs it: the only module that knows the library behind it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import IO, Any, Protocol

_pyrage: Any = importlib.import_module("pyrage")


class DecryptError(Exception):
    """The bytes are not age's, are damaged, or were encrypted for somebody else."""


class Writer(Protocol):
    """Takes what a stage writes."""

    def write(self, data: bytes, /) -> int:
        """Take some bytes."""
        ...

    def flush(self) -> None:
        """Nothing has to be done before the end."""
        ...


Stage = Callable[[IO[bytes], Writer], None]
"""Reads everything from one file and writes the result to another."""


def new_identity() -> str:
    """A new secret identity, `AGE-SECRET-KEY-1...`."""
    return str(_pyrage.x25519.Identity.generate())


def is_identity(text: str) -> bool:
    """Whether a line is a secret identity."""
    try:
        _pyrage.x25519.Identity.from_str(text)
    except _pyrage.IdentityError:
        return False
    return True


def is_recipient(text: str) -> bool:
    """Whether a text is a recipient, `age1...`."""
    try:
        _pyrage.x25519.Recipient.from_str(text)
    except _pyrage.RecipientError:
        return False
    return True


def recipient_of(identity: str) -> str:
    """The recipient that an identity opens."""
    return str(_pyrage.x25519.Identity.from_str(identity).to_public())


def encryption(recipients: tuple[str, ...]) -> Stage:
    """A stage that encrypts for every recipient."""
    keys = [_pyrage.x25519.Recipient.from_str(each) for each in recipients]
    return lambda reader, writer: _pyrage.encrypt_io(reader, writer, keys)


def decryption(identities: str) -> Stage:
    """A stage that decrypts with the identities of a key file, one a line."""
    keys = [_pyrage.x25519.Identity.from_str(each) for each in identities.splitlines()]

    def decrypt(reader: IO[bytes], writer: Writer) -> None:
        try:
            _pyrage.decrypt_io(reader, writer, keys)
        except (_pyrage.DecryptError, OSError) as error:  # damage within comes as an OSError
            raise DecryptError(str(error)) from None

    return decrypt
