"""Load what pg_dump wrote into a server, by a pg_restore that may be newer than it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from seawall.engines.postgres.tools import feed_program
from seawall.errors import SeawallError
from seawall.model.target import Target

# pg_restore sets it since this version whatever it speaks to, and older servers do not know it.
KNOWS_TRANSACTION_TIMEOUT: Final = 17
_IGNORED: Final = re.compile(r"errors ignored on restore: (\d+)")
_THAT: Final = 'unrecognized configuration parameter "transaction_timeout"'


def load_dump(
    target: Target, folder: Path, server_major: int, *arguments: str, chunks: Iterable[bytes]
) -> None:
    """Feed a dump to pg_restore; its first error ends it.

    On an older server it goes on after errors, because that one is expected once a connection; any
    other one fails it in the end.

    Raises:
        SeawallError: SW-POSTGRES-003 when it fails.
    """
    words = ("--no-tablespaces", *arguments)
    if server_major >= KNOWS_TRANSACTION_TIMEOUT:
        feed_program(target, folder, "pg_restore", "--exit-on-error", *words, chunks=chunks)
        return
    try:
        feed_program(target, folder, "pg_restore", *words, chunks=chunks)
    except SeawallError as error:
        ignored = _IGNORED.search(error.happened)
        if ignored is None or error.happened.count(_THAT) != int(ignored[1]):
            raise
