"""`fingerprint`: what a store holds, in numbers that a restored copy must repeat."""

from __future__ import annotations

from typing import Final, Protocol

from seawall.capability import Capability
from seawall.model.fingerprint import Fingerprint


class Fingerprints(Protocol):
    """Hashes every record once, streamed; never changes the server."""

    def take(self, key: bytes) -> Fingerprint:
        """Fingerprint all the client sees; `key` is the 32-byte key of each record's hash.

        Every session setting that shapes the hashed text is pinned by the implementation.
        """
        ...


FINGERPRINT: Final = Capability[Fingerprints](
    "fingerprint", "Hash a store's content so that a restored copy can be compared with it."
)
