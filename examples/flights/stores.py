"""Clients of the application's four stores, whose URLs come from the environment.

An application's passwords belong there: nobody sees them in a list of processes.
"""

from __future__ import annotations

import os
import re
import sys
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
import pymongo
import pymongo.errors
import pymysql
import redis
from pymongo.database import Database
from redis.backoff import NoBackoff
from redis.retry import Retry

STORES = ("flights", "live", "weather", "reference")
NEEDED = ("flights", "live")
ERRORS: dict[type[Exception], str] = {
    psycopg.Error: "flights",
    redis.RedisError: "live",
    pymysql.MySQLError: "weather",
    pymongo.errors.PyMongoError: "reference",
}
ANY_ERROR = tuple(ERRORS)
CONNECT_SECONDS = 3
ANSWER_SECONDS = 10


def read_urls(script: str) -> dict[str, str]:
    """Store -> its URL, or the end with a sentence where one that is needed has none.

    The application also runs without its weather and its reference data.
    """
    urls = {store: os.environ.get(variable(store), "") for store in STORES}
    for store in NEEDED:
        if not urls[store]:
            sys.exit(f'{script}: {variable(store)} is not set; try: eval "$(seawall env)"')
    return {store: url for store, url in urls.items() if url}


def variable(store: str) -> str:
    """The variable that holds a store's URL."""
    return f"{store.upper()}_URL"


def store_of(error: Exception) -> str:
    """Which store an error comes from."""
    return next(store for kind, store in ERRORS.items() if isinstance(error, kind))


def connect_flights(url: str) -> psycopg.Connection:
    """A connection to PostgreSQL."""
    return psycopg.connect(url, connect_timeout=CONNECT_SECONDS)


def connect_live(url: str) -> redis.Redis:
    """A client of Valkey that tells of each error: no second try hides what was acknowledged.

    The driver knows Valkey's URLs only by Redis's schemes.
    """
    return redis.Redis.from_url(
        re.sub("^valkey", "redis", url),
        retry=Retry(NoBackoff(), 0),
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
    )


def connect_weather(url: str) -> pymysql.Connection[Any]:
    """A connection to MariaDB in UTC; the driver takes the parts of a URL."""
    parts = urlsplit(url)
    return pymysql.connect(
        host=parts.hostname,
        port=parts.port or 3306,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        database=unquote(parts.path.removeprefix("/")),
        charset="utf8mb4",
        init_command="SET time_zone = '+00:00'",
        connect_timeout=CONNECT_SECONDS,
        read_timeout=ANSWER_SECONDS,
        write_timeout=ANSWER_SECONDS,
    )


def connect_reference(url: str) -> Database[dict[str, Any]]:
    """The documents, in the database that the URL names; a write is on the disk when it returns."""
    client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(
        url,
        w="majority",
        journal=True,
        retryWrites=False,
        serverSelectionTimeoutMS=1000 * CONNECT_SECONDS,
        socketTimeoutMS=1000 * ANSWER_SECONDS,
    )
    return client.get_default_database(default="reference")
