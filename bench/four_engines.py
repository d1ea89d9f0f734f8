"""Four engines of 0.5 GB each, backed up at once: the most memory of every verb, and its time."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg
import pymongo
import pymysql
import redis

from bench.buckets import in_bucket
from bench.process import run_seawall

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from servers.s3 import seaweedfs

STORE_BYTES: Final = 500_000_000
RECORD_BYTES: Final = 1000
FILE: Final = """\
version: 1
app: bench
stores:
  orders: {engine: postgres}
  stock: {engine: mariadb}
  profiles: {engine: mongodb}
  carts: {engine: valkey, collections: {cart: "cart:{user}"}}
"""
SQL_ROWS: Final = """
CREATE TABLE big AS SELECT n AS id, sha512(n::text::bytea) AS a, sha512((n * 7)::text::bytea) AS b,
    repeat(chr(65 + n % 26), 800) AS c FROM generate_series(1, {rows}) AS n
"""


def fill(folder: Path, store_bytes: int) -> None:
    """Write so many bytes to each store; about a third of a record does not compress."""
    output, _ = run_seawall(folder, "env", "-o", "json")
    urls: dict[str, str] = json.loads(output)["data"]["variables"]
    records = store_bytes // RECORD_BYTES
    with psycopg.connect(urls["ORDERS_URL"], autocommit=True) as sql:
        sql.execute(SQL_ROWS.format(rows=records))
        sql.execute("CHECKPOINT")
    _fill_mariadb(urls["STOCK_URL"], records)
    batches = list(range(0, records, 1000))
    with closing(pymongo.MongoClient[dict[str, Any]](urls["PROFILES_URL"])) as driver:
        for start in batches:
            driver.shop.big.insert_many(
                [{"_id": n, "text": _text(n)} for n in range(start, start + 1000)]
            )
    with closing(redis.Redis.from_url(urls["CARTS_URL"])) as keys:
        for start in batches:
            keys.mset({f"cart:{n}": _text(n) for n in range(start, start + 1000)})


def _fill_mariadb(url: str, records: int) -> None:
    place = urlsplit(url)
    sql: Any = pymysql.connect(
        host=place.hostname or "",
        port=place.port or 0,
        user=place.username,
        password=place.password or "",
        database=place.path.removeprefix("/"),
        autocommit=True,
    )
    with closing(sql), sql.cursor() as cursor:
        cursor.execute("CREATE TABLE big (id int PRIMARY KEY, text varchar(1000))")
        for start in range(0, records, 1000):
            rows = [(n, _text(n)) for n in range(start, start + 1000)]
            cursor.executemany("INSERT INTO big VALUES (%s, %s)", rows)


def _text(number: int) -> str:
    noise = hashlib.sha512(str(number).encode()).hexdigest()
    return noise * 3 + chr(65 + number % 26) * (RECORD_BYTES - 3 * len(noise))


@contextmanager
def running_four(store_bytes: int = STORE_BYTES) -> Iterator[Path]:
    """The folder of a tier that is up and filled; nothing of it is left afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="seawall-bench-"))
    folder.chmod(0o711)
    (folder / "seawall.yaml").write_text(FILE)
    try:
        run_seawall(folder, "up")
        fill(folder, store_bytes)
        yield folder
    finally:
        run_seawall(folder, "down", "--destroy", "--confirm", "bench")
        shutil.rmtree(folder, ignore_errors=True)


def print_peaks(folder: Path, where: str) -> None:
    """Back up, drill and restore through the command line."""
    for words in (("backup",), ("drill",), ("restore", "--confirm", "bench")):
        began = time.perf_counter()
        _, peak = run_seawall(folder, *words)
        seconds = time.perf_counter() - began
        print(
            f"seawall {words[0]} of four engines, 0.5 GB each, {where}: {seconds:.1f} s,"
            f" {peak} MB at most (goal 150 MB)"
        )


def run() -> None:
    """Print the peaks with a repository in a folder, and in a bucket."""
    with running_four() as folder:
        print_peaks(folder, "in a folder")
        with seaweedfs() as server, in_bucket(folder, server):
            print_peaks(folder, "in a bucket")


if __name__ == "__main__":
    run()
