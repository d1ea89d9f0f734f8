"""A tier of one PostgreSQL store with about 1 GB of rows, as the benchmarks use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from bench.running import Running, running

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


@contextmanager
def running_gigabyte() -> Iterator[Running]:
    """Start and fill the tier; nothing of it is left afterwards."""
    with running(FILE) as tier:
        with connect(tier) as sql:
            sql.execute(BIG)
            sql.execute("CHECKPOINT")
        yield tier


def connect(tier: Running) -> psycopg.Connection:
    """A connection of an application."""
    return psycopg.connect(tier.target.location.url(), autocommit=True)
