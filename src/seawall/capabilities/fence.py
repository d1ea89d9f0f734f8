"""`fence`: hold a store's writers for milliseconds, while the other stores are cut."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Final, Protocol

from seawall.capability import Capability


class PreparedFence(Protocol):
    """A fence whose connections are open and whose locks are known."""

    def hold(self, budget_ms: int) -> AbstractContextManager[None]:
        """Hold writers from enter to exit.

        Writers acknowledged before enter returns are visible inside, none is acknowledged until
        exit begins. The server itself releases them after `budget_ms` should this process die.

        Raises:
            RefusedError: SW-BACKUP-011 at exit when the store changed during the hold: the point
                is not fenced and must be taken again.
        """
        ...


class Fence(Protocol):
    """Holds the client's store."""

    def prepare(self) -> AbstractContextManager[PreparedFence]:
        """Do all that may wait; leaving releases everything."""
        ...


FENCE: Final = Capability[Fence]("fence", "Hold writers while the other stores are cut.")
