"""Commit records in received log files, listed by PostgreSQL's own pg_waldump."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from seawall.engines.postgres.certificate import Commit
from seawall.engines.postgres.tools import read_offline_program
from seawall.engines.postgres.wal import format_lsn, parse_lsn
from seawall.model.target import Target

# A prepared transaction's number opens the description; the record's own is that of nobody.
_COMMIT: Final = re.compile(
    rb"^rmgr: Transaction .*?tx: +(?P<tx>\d+), lsn: (?P<lsn>[0-9A-F]+/[0-9A-F]+), .*?desc: "
    rb"COMMIT(?:_PREPARED (?P<prepared>\d+))?[: ]"
)


@contextmanager
def list_commits(
    target: Target, folder: Path, timeline: int, start: int, end: int
) -> Generator[Iterator[Commit]]:
    """Commits whose records start from `start` and before `end`, in the log's order."""
    with read_offline_program(
        target,
        folder,
        "pg_waldump",
        "--rmgr=Transaction",
        f"--path={folder}",
        f"--timeline={timeline}",
        f"--start={format_lsn(start)}",
        f"--end={format_lsn(end)}",
    ) as output:
        yield (commit for commit in map(parse_commit, _lines(output)) if commit)


def parse_commit(line: bytes) -> Commit | None:
    """The commit that a line of pg_waldump tells of, if it is one."""
    match = _COMMIT.match(line)
    if match is None:
        return None
    transaction = int(match["prepared"] or match["tx"])
    return Commit(transaction, parse_lsn(match["lsn"].decode()))


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    yield rest
