"""A tier of one MariaDB store with about 0.5 GB of rows, as the benchmarks use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pymysql

from bench.running import Running, running

ROWS_OF_HALF_A_GIGABYTE = 2_000_000
FILE = "{version: 1, app: bench, stores: {half: {engine: mariadb}}}\n"
# The rows of the other benchmark's gigabyte: about a third of a row compresses well.
HALF = f"""
CREATE TABLE big (PRIMARY KEY (id)) AS SELECT seq AS id,
    CONCAT(MD5(seq), MD5(seq * 7)) AS a, REPEAT(CHAR(65 + seq % 26), 100) AS b,
    seq * 1.5 AS c, NOW(6) AS d
FROM seq_1_to_{ROWS_OF_HALF_A_GIGABYTE}
"""


@contextmanager
def running_half_gigabyte() -> Iterator[Running]:
    """Start and fill the tier; nothing of it is left afterwards."""
    with running(FILE) as tier:
        location = tier.target.location
        with (
            pymysql.connect(
                host=location.host,
                port=location.port,
                user=location.user,
                password=location.password.reveal().encode(),
                database=location.database,
                autocommit=True,
            ) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(HALF)
        # As a server that has run for long: its pages are written, its log is short.
        server = tier.work.local(tier.work.tier.stores[0])
        server.stop()
        server.up()
        yield tier
