"""One store's vital signs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Vitals:
    """What one look at a running server tells.

    Attributes:
        version: The server's own version text, such as `18.6`.
        product: The product that answered: it may be the engine's variant.
        emulates: Whether that is another product, which stands in for the engine.
        uptime_seconds: Since the server process started.
        size_bytes: Of the store's data, as the server reports it.
        connections: Open now, this one included.
        connections_max: The server's limit.
        role: `primary` or `replica`.
        position: The end of the log now; empty where the engine has none.
    """

    version: str
    product: str
    uptime_seconds: float
    size_bytes: int
    connections: int
    connections_max: int
    role: str
    position: str
    emulates: bool = False
