"""Free loopback ports below the ephemeral range, where no client's own port collides."""

from __future__ import annotations

import os
import secrets
import socket
from collections import deque
from typing import Final

from seawall.errors import RefusedError

FIRST_PORT = 20000
# Linux hands out ephemeral ports from 32768 (net.ipv4.ip_local_port_range).
LAST_PORT = 32000
LOOPBACK: Final = "127.0.0.1"
# Far more than one process has servers on their way at once.
MOST_RESERVED: Final = 64
# Descriptors, bound and not listened on: nobody else chooses these ports before our servers have
# come up there.
_reserved: Final[deque[int]] = deque()


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def choose_port() -> int:
    """A free port at random, which no other caller on this machine is given while we start.

    Raises:
        RefusedError: SW-SERVER-003 when a hundred tries find none.
    """
    for _ in range(100):
        port = FIRST_PORT + secrets.randbelow(LAST_PORT - FIRST_PORT)
        if reserve(port):
            return port
    raise RefusedError(
        "SW-SERVER-003",
        attempted="choose a port",
        happened=f"none of 100 tried from {FIRST_PORT} to {LAST_PORT} is free.",
        hint="Stop servers that are not needed.",
    )


def reserve(port: int) -> bool:
    """Keep a port from other callers, not from a server; False when it is taken or reserved."""
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        held.bind((LOOPBACK, port))
    except OSError:
        held.close()
        return False
    # Only now: Linux lets a server that asks for the same (they all do) listen beside a socket
    # that does not listen, and the next caller, who does not ask, is refused.
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    _reserved.append(held.detach())
    if len(_reserved) > MOST_RESERVED:
        os.close(_reserved.popleft())
    return True
