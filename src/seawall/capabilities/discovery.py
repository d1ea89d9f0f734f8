"""`discovery`: servers of the engine that run on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

from seawall.capability import Standalone


class Discovery(Protocol):
    """Knows where a server of the engine may listen."""

    def port(self) -> int:
        """The TCP port that servers listen on where nothing else was said."""
        ...

    def sockets(self) -> tuple[str, ...]:
        """Glob patterns of the Unix sockets of servers that a distribution set up."""
        ...

    def tcp_url(self, port: int) -> str:
        """How the current user may reach a server on a loopback port, without a password."""
        ...

    def socket_url(self, socket: Path) -> str:
        """The same for a Unix socket."""
        ...


DISCOVERY: Final = Standalone[Discovery]("discovery", "Find servers of the engine on this machine.")
