"""The shop's four connections, opened by the addresses that `seawall env` prints."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
import pymysql
import redis
from bson.codec_options import CodecOptions
from pymongo import MongoClient

DATABASE = "shop"
SECONDS = 10


@dataclass(frozen=True)
class Stores:
    """Open connections; every statement commits by itself unless a transaction is begun.

    Attributes:
        orders: PostgreSQL.
        catalogue: A database of MongoDB.
        stock: MariaDB.
        live: Valkey.
    """

    orders: psycopg.Connection[Any]
    catalogue: Any
    stock: Any
    live: Any


@contextmanager
def open_stores() -> Generator[Stores]:
    """All four; the program ends with a sentence when an address is missing."""
    with (
        psycopg.connect(_address("ORDERS"), autocommit=True, connect_timeout=SECONDS) as orders,
        MongoClient[Any](_address("CATALOGUE"), timeoutMS=1000 * SECONDS) as documents,
        _connect_mariadb(_address("STOCK")) as stock,
        redis.Redis.from_url(_address("LIVE"), socket_timeout=SECONDS) as live,
    ):
        catalogue = documents.get_database(DATABASE, codec_options=CodecOptions(tz_aware=True))
        yield Stores(orders, catalogue, stock, live)


def _address(store: str) -> str:
    name = f"{store}_URL"
    return os.environ.get(name) or sys.exit(f'{name} is not set; try: eval "$(seawall env)"')


def _connect_mariadb(address: str) -> Any:
    """The driver reads no addresses."""
    place = urlsplit(address)
    return pymysql.connect(
        host=place.hostname or "127.0.0.1",
        port=place.port or 3306,
        user=unquote(place.username or ""),
        password=unquote(place.password or ""),
        database=place.path.removeprefix("/"),
        connect_timeout=SECONDS,
        read_timeout=SECONDS,
        write_timeout=SECONDS,
        autocommit=True,
    )
