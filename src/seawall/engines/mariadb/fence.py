"""Hold a server's writers for milliseconds with BACKUP STAGE BLOCK_COMMIT."""

from __future__ import annotations

import math
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Final

from seawall.engines.mariadb.client import MariadbClient, Session
from seawall.errors import RefusedError, SeawallError

# The server drops a session that has said nothing for so long: at least a second.
LEAST_SECONDS: Final = 1


class MariadbFence:
    """Holds every commit of the server."""

    def __init__(self, client: MariadbClient) -> None:
        self._client = client

    @contextmanager
    def prepare(self) -> Generator[PreparedMariadbFence]:
        """Take the first stage, which may wait for another backup and holds no writer."""
        session = self._client.open_session()
        try:
            session.run("BACKUP STAGE START")
            yield PreparedMariadbFence(self._client, session)
        finally:
            session.close()


class PreparedMariadbFence:
    """A session that is about to hold commits."""

    def __init__(self, client: MariadbClient, session: Session) -> None:
        self._client = client
        self._session = session

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
                raise self._drifted(error.happened) from error
            try:
                yield
            finally:
                is_whole = self._release()
        finally:
            watch.cancel()
        if not is_whole:
            raise self._drifted("they were let go when the budget was over.")

    def _release(self) -> bool:
        """Let commits go; False where the server has done so before."""
        try:
            self._session.run("BACKUP STAGE END")
        except SeawallError:
            with suppress(SeawallError):
                self._session.abort()
            return False
        return True

    def _drifted(self, what: str) -> RefusedError:
        return RefusedError(
            "SW-BACKUP-011",
            attempted=f"hold the writers of store `{self._client.target.store}`",
            happened=f"commits were not held all the time: {what}",
            hint="The point is taken again; a larger budget helps when this happens often.",
        )
