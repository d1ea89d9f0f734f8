"""What belongs to a store: the database its url names, or all but the server's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OWN_DATABASES: Final = frozenset({"admin", "local", "config"})
SYSTEM: Final = "system."
KEPT_SYSTEM: Final = frozenset({"system.js"})


@dataclass(frozen=True)
class Scope:
    """The databases of one store.

    Attributes:
        database: The only one; empty for all.
    """

    database: str

    def holds(self, database: str) -> bool:
        """Whether a database belongs to the store."""
        return database == self.database if self.database else database not in OWN_DATABASES

    def show(self, database: str, collection: str) -> str:
        """A collection as links, reports and fingerprints name it."""
        return collection if self.database else f"{database}.{collection}"


def is_user_data(collection: str) -> bool:
    """Whether a collection is not the server's own."""
    return not collection.startswith(SYSTEM) or collection in KEPT_SYSTEM
