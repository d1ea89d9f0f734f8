"""Which place in the log restores exactly what a snapshot sees: a proof, not a hope.

A commit is in the log before it is visible, so a snapshot may miss commits that lie before the
end of the log it was taken at. If the commits, in the log's order, read `visible ... visible,
invisible ... invisible`, then recovery that stops before the first invisible one restores what
the snapshot sees, no more and no less. Otherwise no place in the log does, and another snapshot
is to be taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_EPOCH = 2**32


@dataclass(frozen=True)
class Snapshot:
    """What a transaction sees, as `pg_current_snapshot()` tells it.

    Attributes:
        xmin: Every transaction before it has ended.
        xmax: No transaction from here on has ended.
        running: Those between that have not ended.
    """

    xmin: int
    xmax: int
    running: frozenset[int]

    @classmethod
    def parse(cls, text: str) -> Snapshot:
        """Parse `xmin:xmax:xid,xid,...`."""
        xmin, xmax, running = text.split(":")
        return cls(int(xmin), int(xmax), frozenset(map(int, filter(None, running.split(",")))))

    def sees(self, transaction: int) -> bool:
        """Whether a committed transaction is visible; its number has the epoch."""
        if transaction < self.xmin:
            return True
        return transaction < self.xmax and transaction not in self.running

    def with_epoch(self, transaction: int) -> int:
        """The log's 32-bit number of a transaction with the epoch nearest to this snapshot's."""
        near = self.xmax - self.xmax % _EPOCH + transaction
        return min((near - _EPOCH, near, near + _EPOCH), key=lambda each: abs(each - self.xmax))


@dataclass(frozen=True)
class Commit:
    """One commit record.

    Attributes:
        transaction: Its 32-bit number; for a prepared transaction, of the one that was prepared.
        place: Where the record starts.
    """

    transaction: int
    place: int


def certify(snapshot: Snapshot, commits: Iterable[Commit], end: int) -> int | None:
    """The place to stop before, so that exactly what the snapshot sees is restored.

    Args:
        snapshot: What must be restored.
        commits: All commits from before the oldest transaction that may be in doubt up to `end`,
            in the log's order.
        end: A place in the log read after the snapshot was taken.

    Returns:
        None when no place restores what the snapshot sees.
    """
    stop: int | None = None
    for commit in commits:
        if snapshot.sees(snapshot.with_epoch(commit.transaction)):
            if stop is not None:
                return None
        elif stop is None:
            stop = commit.place
    return end if stop is None else stop


def is_in_doubt(snapshot: Snapshot, newest: int) -> bool:
    """Whether a transaction still runs that may have committed in the log before a moment.

    Where commits wait for a standby, one may be in the log for hours before it is visible.

    Args:
        snapshot: Taken after that moment.
        newest: The newest transaction at that moment, which has ended since. (A snapshot's xmax
            would not do: numbers are given out beyond it.)
    """
    return any(transaction < newest for transaction in snapshot.running)
