"""A tier of one PostgreSQL store with about 1 GB of rows, as the benchmarks use it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from seawall import registry
from seawall.datafile.file import load
from seawall.model.progress import Silent
from seawall.model.surroundings import Surroundings
from seawall.model.target import Target
from seawall.operations.up import destroy_tier, start_tier
from seawall.operations.vault import Key, create_key
from seawall.operations.workplace import Workplace, open_workplace

ROWS_OF_A_GIGABYTE = 4_000_000
MIXED_ROWS = 1_000_000
FILE = "version: 1\napp: bench\nstores: {big: {engine: postgres}}\n"
# About a third of a row compresses well, as in real tables.
BIG = f"""
CREATE TABLE big AS SELECT n AS id, md5(n::text) || md5((n * 7)::text) AS a,
    repeat(chr(65 + n % 26), 100) AS b, n * 1.5 AS c, now() AS d
FROM generate_series(1, {ROWS_OF_A_GIGABYTE}) AS n
"""
MIXED = f"""
CREATE UNLOGGED TABLE mixed AS SELECT n AS id, n % 7 = 0 AS flag, n::bigint * n AS big,
    n / 3.0 AS exact, n / 3.0::float8 AS f, md5(n::text) AS word,
    decode(md5(n::text), 'hex') AS raw, date '2020-01-01' + n % 3000 AS day,
    now() + n * interval '1 second' AS moment, jsonb_build_object('n', n) AS doc,
    ARRAY[n, n + 1] AS list
FROM generate_series(1, {MIXED_ROWS}) AS n
"""


@dataclass(frozen=True)
class Gigabyte:
    """The running tier.

    Attributes:
        folder: Holds everything, the repository too.
        work: The tier, opened.
        target: Its only store.
        key: Encrypts its backups.
    """

    folder: Path
    work: Workplace
    target: Target
    key: Key

    def sql(self) -> psycopg.Connection:
        """A connection of an application."""
        return psycopg.connect(self.target.location.url(), autocommit=True)


@contextmanager
def running_gigabyte() -> Iterator[Gigabyte]:
    """Start and fill the tier; nothing of it is left afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="seawall-bench-"))
    folder.chmod(0o711)
    (folder / "seawall.yaml").write_text(FILE)
    tier = load(folder / "seawall.yaml", registry.names())
    surroundings = Surroundings(
        "", folder / "shared", folder / "seawall" / "keys", folder / "programs"
    )
    work = open_workplace(tier, surroundings)
    try:
        key = create_key(tier, surroundings)
        start_tier(work, (), Silent())
        running = Gigabyte(folder, work, work.target(tier.stores[0]), key)
        with running.sql() as sql:
            sql.execute(BIG)
            sql.execute("CHECKPOINT")
        yield running
    finally:
        destroy_tier(work, ())
        shutil.rmtree(folder, ignore_errors=True)
