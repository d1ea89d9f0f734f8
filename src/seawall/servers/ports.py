"""Free loopback ports below the ephemeral range, where no client's own port collides."""

from __future__ import annotations

import secrets
import socket

from seawall.errors import RefusedError

FIRST_PORT = 20000
# Linux hands out ephemeral ports from 32768 (net.ipv4.ip_local_port_range).
LAST_PORT = 32000


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose_port() -> int:
    """A free port at random: two tiers starting at once rarely meet.

    Raises:
        RefusedError: SW-SERVER-003 when a hundred tries find none.
    """
    for _ in range(100):
        port = FIRST_PORT + secrets.randbelow(LAST_PORT - FIRST_PORT)
        if is_free(port):
            return port
    raise RefusedError(
        "SW-SERVER-003",
        attempted="choose a port",
        happened=f"none of 100 tried from {FIRST_PORT} to {LAST_PORT} is free.",
        hint="Stop servers that are not needed.",
    )
