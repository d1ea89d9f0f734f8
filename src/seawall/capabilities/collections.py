"""`collections`: what a store is made of."""

from __future__ import annotations

from typing import Final, Protocol

from seawall.capability import Capability
from seawall.model.collection import Collection


class Collections(Protocol):
    """Lists a store's collections; never changes the server."""

    def list(self) -> tuple[Collection, ...]:
        """Every collection of the store, sorted by name; sizes are the store's estimates."""
        ...

    def is_empty(self) -> bool:
        """Whether a restore into this store would overwrite nothing: no record, no collection."""
        ...


COLLECTIONS: Final = Capability[Collections]("collections", "List what a store is made of.")
