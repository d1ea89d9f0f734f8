"""`increment`: the pages of InnoDB that changed since an earlier base, and the binary log after."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from seawall.capabilities.server import OpenSandbox
from seawall.engines.mariadb import base_backup
from seawall.engines.mariadb.base_backup import BaseSession
from seawall.engines.mariadb.client import MariadbClient
from seawall.engines.mariadb.history import breaks
from seawall.model.manifest import StoreBackup

METHOD: Final = "mariadb/increment/1"


class IncrementBackup:
    """mariadb-backup from the position of an earlier base; other engines' tables come whole."""

    def __init__(self, client: MariadbClient) -> None:
        self._client = client

    def refusal(self, earlier: StoreBackup) -> str:
        """Why its pages and the server's do not belong to one history."""
        if earlier.method not in {base_backup.METHOD, METHOD}:
            return f"it was made by {earlier.method}, which cannot be built on."
        return next(breaks(self._client.session, earlier), "")

    @contextmanager
    def open(
        self, earlier: StoreBackup, scratch: Path, sandbox: OpenSandbox
    ) -> Generator[BaseSession]:
        """Begin; the source is read through its own snapshot."""
        del sandbox
        since = dict(earlier.details)["innodb_to_lsn"]
        control = self._client.open_session()
        try:
            yield BaseSession(self._client, control, scratch, (f"--incremental-lsn={since}",))
        finally:
            control.close()
