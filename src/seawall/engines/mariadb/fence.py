"""Hold a server's writers for milliseconds with BACKUP STAGE BLOCK_COMMIT."""

from __future__ import annotations

import math
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Final

from seawall.capabilities.fence import PreparedFence
from seawall.engines.mariadb.client import MariadbClient, Session
from seawall.engines.mariadb.statements import statement
from seawall.errors import RefusedError, SeawallError

# The server drops a session that has said nothing for so long: at least a second.
LEAST_SECONDS: Final = 1


# Servers whose backup stage a fence of this process holds: a server has one for all its databases.
_leaders: dict[tuple[str, ...], PreparedMariadbFence] = {}
_lock = threading.Lock()


class MariadbFence:
    """Holds every commit of the server."""

    def __init__(self, client: MariadbClient) -> None:
        self._client = client

    @contextmanager
    def prepare(self) -> Generator[PreparedFence]:
        """Take the first stage, which may wait for another backup and holds no writer.

        Where another store of the same server is being held, that hold is this one's as well.
        """
        session = self._client.open_session()
        try:
            server = tuple(map(str, session.rows(statement("server_identity"))[0]))
            with _lock:
                leader = _leaders.get(server)
            if leader:
                yield FollowingFence(self._client, leader)
                return
            session.run("BACKUP STAGE START")
            leader = PreparedMariadbFence(self._client, session)
            with _leading(server, leader):
                yield leader
        finally:
            session.close()


@contextmanager
def _leading(server: tuple[str, ...], leader: PreparedMariadbFence) -> Generator[None]:
    with _lock:
        _leaders[server] = leader
    try:
        yield
    finally:
        with _lock:
            del _leaders[server]


class FollowingFence:
    """A store of a server that is held for another of its stores already."""

    def __init__(self, client: MariadbClient, leader: PreparedMariadbFence) -> None:
        self._client = client
        self._leader = leader

    @contextmanager
    def hold(self, budget_ms: int) -> Generator[None]:
        """Rely on the other's hold, which began earlier and ends later.

        Raises:
            RefusedError: SW-BACKUP-011 when the other one does not hold.
        """
        del budget_ms  # The other one's.
        if not self._leader.is_holding:
            raise drifted(self._client, "the server's other store is not held.")
        yield


class PreparedMariadbFence:
    """A session that is about to hold commits."""

    def __init__(self, client: MariadbClient, session: Session) -> None:
        self._client = client
        self._session = session
        self.is_holding = False

    @contextmanager
    def hold(self, budget_ms: int) -> Generator[None]:
        """Let no transaction commit from enter to exit.

        The hold belongs to its session. When the budget is over a thread of this process cuts the
        connection; should the process die, its end does. Should it only stand still, the server
        drops the session as idle after a second, or the budget where that is longer.

        Raises:
            RefusedError: SW-BACKUP-011 when commits could not be held within the budget, or were
                let go before the end.
        """
        session = self._session
        seconds = budget_ms / 1000
        patience = max(LEAST_SECONDS, math.ceil(seconds))
        session.run(
            f"SET SESSION wait_timeout = {patience}, lock_wait_timeout = {patience},"
            f" max_statement_time = {seconds}"
        )
        watch = threading.Timer(seconds, session.abort)
        watch.daemon = True
        watch.start()
        try:
            try:
                session.run("BACKUP STAGE BLOCK_COMMIT")
            except SeawallError as error:
                raise drifted(self._client, error.happened) from error
            try:
                self.is_holding = True
                yield
            finally:
                self.is_holding = False
                is_whole = self._release()
        finally:
            watch.cancel()
        if not is_whole:
            raise drifted(self._client, "they were let go when the budget was over.")

    def _release(self) -> bool:
        """Let commits go; False where the server has done so before."""
        try:
            self._session.run("BACKUP STAGE END")
        except SeawallError:
            with suppress(SeawallError):
                self._session.abort()
            return False
        return True


def drifted(client: MariadbClient, what: str) -> RefusedError:
    """Commits were not held from the beginning to the end."""
    return RefusedError(
        "SW-BACKUP-011",
        attempted=f"hold the writers of store `{client.target.store}`",
        happened=f"commits were not held all the time: {what}",
        hint="The point is taken again; a larger budget helps when this happens often.",
    )
