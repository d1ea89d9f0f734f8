"""Secrets by reference: read when they are needed, never before, and never shown."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from seawall.errors import UsageError
from seawall.model.secret import Secret
from seawall.model.tier import SecretRef

_LARGEST_BYTES: Final = 1_000_000


def resolve(ref: SecretRef) -> Secret:
    """Read the secret that a reference names.

    Raises:
        UsageError: SW-SECRET-001 to -004 with the reference and its place, never a value.
    """
    if ref.scheme == "env":
        return _checked(ref, _read_variable(ref))
    if ref.scheme == "file":
        return _checked(ref, _read_file(ref))
    raise _error(
        "SW-SECRET-004",
        ref,
        "this version of Seawall cannot read such references.",
        "Use env://NAME or file:///absolute/path.",
    )


def _read_variable(ref: SecretRef) -> str:
    value = os.environ.get(ref.path)
    if value is None:
        hint = f"Export {ref.path}, or mend the reference."
        raise _error("SW-SECRET-001", ref, "the variable is not set.", hint)
    return value


def _read_file(ref: SecretRef) -> str:
    hint = f"Make {ref.path} a text file that you can read, or mend the reference."
    try:
        with Path(ref.path).open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "the path is not valid"
        raise _error("SW-SECRET-002", ref, f"{reason}.", hint) from None
    if len(content) > _LARGEST_BYTES:
        raise _error("SW-SECRET-002", ref, "the file is larger than 1 MB.", hint)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise _error("SW-SECRET-002", ref, "the file is no UTF-8 text.", hint) from None
    return text.removesuffix("\n").removesuffix("\r")


def _checked(ref: SecretRef, value: str) -> Secret:
    if not value.strip():
        hint = "Put the secret there, or mend the reference."
        raise _error("SW-SECRET-003", ref, "the secret is empty.", hint)
    return Secret(value)


def _error(code: str, ref: SecretRef, happened: str, hint: str) -> UsageError:
    return UsageError(code, attempted=f"read {ref} ({ref.where})", happened=happened, hint=hint)
