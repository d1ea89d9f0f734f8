"""`status`: one look at a running server."""

from __future__ import annotations

from typing import Final, Protocol

from seawall.capability import Capability
from seawall.model.vitals import Vitals


class Status(Protocol):
    """Reads vital signs; never changes the server."""

    def read(self) -> Vitals:
        """One record, cheap enough to be asked every few seconds."""
        ...


STATUS: Final = Capability[Status]("status", "Read a server's vital signs.")
