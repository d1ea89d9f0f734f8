"""A tier of four engines that hold as much as is asked for, and its way into a bucket."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg
import pymongo
import pymysql
import redis

from scenarios.measured import run_seawall
from servers.s3 import S3Server

RECORD_BYTES: Final = 1000
LOGIN: Final = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
FILE: Final = """\
version: 1
app: bulk
stores:
  orders: {engine: postgres}
  stock: {engine: mariadb}
  profiles: {engine: mongodb}
  carts: {engine: valkey, collections: {cart: "cart:{user}"}}
"""
SQL_ROWS: Final = """
CREATE TABLE big AS SELECT n AS id, sha512(n::text::bytea) AS a, sha512((n * 7)::text::bytea) AS b,
    repeat(chr(65 + n % 26), 800) AS c FROM generate_series(1, {records}) AS n
"""


@contextmanager
def running_bulk(store_bytes: int, document_bytes: int) -> Iterator[Path]:
    """The folder of a tier that is up and filled; nothing of it is left afterwards.

    Args:
        store_bytes: Of each store but the document store.
        document_bytes: Of that one: what stands in for MongoDB here takes its time.
    """
    folder = Path(tempfile.mkdtemp(prefix="seawall-bulk-"))
    folder.chmod(0o711)
    (folder / "seawall.yaml").write_text(FILE)
    try:
        run_seawall(folder, "up")
        output, _ = run_seawall(folder, "env", "-o", "json")
        _fill(json.loads(output)["data"]["variables"], store_bytes, document_bytes)
        yield folder
    finally:
        run_seawall(folder, "down", "--destroy", "--confirm", "bulk")
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def in_bucket(folder: Path, server: S3Server) -> Iterator[None]:
    """The tier of a folder with its repository in a new bucket, for a while."""
    file = folder / "seawall.yaml"
    text = file.read_text()
    bucket = server.bucket()
    assert bucket.login
    values = (bucket.login.key_id.reveal(), bucket.login.secret.reveal())
    os.environ.update(zip(LOGIN, values, strict=True))
    file.write_text(f"{text}repository: {{url: '{bucket.url}', endpoint: '{bucket.endpoint}'}}\n")
    try:
        yield
    finally:
        file.write_text(text)
        for name in LOGIN:
            del os.environ[name]


def _fill(urls: dict[str, str], store_bytes: int, document_bytes: int) -> None:
    """About a third of a record does not compress, as in real tables."""
    records = store_bytes // RECORD_BYTES
    with psycopg.connect(urls["ORDERS_URL"], autocommit=True) as sql:
        sql.execute(SQL_ROWS.format(records=records))
        sql.execute("CHECKPOINT")
    _fill_mariadb(urls["STOCK_URL"], records)
    with closing(redis.Redis.from_url(urls["CARTS_URL"])) as keys:
        for start in range(0, records, 1000):
            keys.mset({f"cart:{n}": _text(n) for n in range(start, start + 1000)})
    with closing(pymongo.MongoClient[dict[str, Any]](urls["PROFILES_URL"])) as driver:
        for start in range(0, document_bytes // RECORD_BYTES, 1000):
            driver.shop.big.insert_many(
                [{"_id": n, "text": _text(n)} for n in range(start, start + 1000)]
            )


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
