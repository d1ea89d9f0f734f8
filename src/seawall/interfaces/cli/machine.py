"""What this machine can refuse: room, rights, open files."""

from __future__ import annotations

import errno
import os
from typing import Final

from seawall.errors import SeawallError, UnreachableError

# What a machine says of itself; any other OSError is a defect of ours.
MACHINE: Final = frozenset(
    {
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EROFS,
        errno.EACCES,
        errno.EPERM,
        errno.EIO,
        errno.ESTALE,
        errno.EMFILE,
        errno.ENFILE,
        errno.EAGAIN,
        errno.ENOMEM,
        errno.ENAMETOOLONG,
        errno.ELOOP,
        errno.ENOTDIR,
    }
)


def refused_by_machine(error: OSError) -> SeawallError:
    """Say what the machine said of its files."""
    reason = os.strerror(error.errno or 0)
    return UnreachableError(
        "SW-CLI-008",
        attempted=f"use {error.filename}" if error.filename else "use this machine's files",
        happened=f"{reason}.",
        hint="Give room, rights or a free place there, then run the command again.",
    )
