"""The columns of the matrix: one Protocol and one token per file."""

from __future__ import annotations

from typing import Any, Final

from seawall.capabilities.backup import BACKUP
from seawall.capabilities.check import CHECK
from seawall.capabilities.collections import COLLECTIONS
from seawall.capabilities.discovery import DISCOVERY
from seawall.capabilities.fence import FENCE
from seawall.capabilities.fingerprint import FINGERPRINT
from seawall.capabilities.increment import INCREMENT
from seawall.capabilities.log import LOG
from seawall.capabilities.records import RECORDS
from seawall.capabilities.restore import RESTORE, TRANSFER
from seawall.capabilities.schema import SCHEMA
from seawall.capabilities.server import CLAIM, PROGRAMS, SERVER
from seawall.capabilities.shell import SHELL
from seawall.capabilities.status import STATUS
from seawall.capability import Capability, Standalone

__all__ = [
    "ALL",
    "BACKUP",
    "CHECK",
    "CLAIM",
    "COLLECTIONS",
    "DISCOVERY",
    "FENCE",
    "FINGERPRINT",
    "INCREMENT",
    "LOG",
    "PROGRAMS",
    "RECORDS",
    "RESTORE",
    "SCHEMA",
    "SERVER",
    "SHELL",
    "STATUS",
    "TRANSFER",
]

ALL: Final[tuple[Capability[Any] | Standalone[Any], ...]] = (
    PROGRAMS,
    SERVER,
    CLAIM,
    DISCOVERY,
    SHELL,
    STATUS,
    COLLECTIONS,
    SCHEMA,
    RECORDS,
    FINGERPRINT,
    BACKUP,
    INCREMENT,
    LOG,
    RESTORE,
    TRANSFER,
    CHECK,
    FENCE,
)
"""In the order of the documentation's table."""
