"""Servers that Seawall did not start: TLS only, passwords, and writers that do not stop."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pymysql
import redis
from pymongo import MongoClient

from seawall.engines.mariadb.login import driver_parameters
from seawall.model.location import Location
from seawall.model.target import Target
from servers.by_hand.login import as_reader
from servers.by_hand.mariadb import running_mariadb
from servers.by_hand.mongodb import running_mongodb
from servers.by_hand.postgres import running_postgres
from servers.by_hand.redis_server import running_redis
from servers.certificates import Authority
from servers.real import temporary_home


@dataclass(frozen=True)
class Handmade:
    """Running servers and the URLs of their logins, as variables."""

    variables: dict[str, str]


@contextmanager
def handmade() -> Iterator[Handmade]:
    """An application's four databases, with writers, and an empty one of each."""
    with temporary_home() as home, ExitStack() as stack:
        authority = Authority(home / "authority")
        orders = stack.enter_context(running_postgres(home / "postgres", authority))
        stock = stack.enter_context(running_mariadb(home / "mariadb", authority))
        sessions = stack.enter_context(running_redis(home / "redis", authority))
        profiles = stack.enter_context(running_mongodb(home / "mongodb", authority))
        new_sessions = stack.enter_context(running_redis(home / "other-redis", authority))
        new_profiles = stack.enter_context(running_mongodb(home / "other-mongodb", authority))
        writer = stack.enter_context(Writer.open(orders, stock, sessions, profiles))
        stack.enter_context(writer.running())
        read = {"ORDERS": orders, "STOCK": stock, "SESSIONS": sessions, "PROFILES": profiles}
        yield Handmade(
            {
                **{f"{name}_URL": as_reader(url) for name, url in read.items()},
                "NEW_ORDERS_URL": orders.replace("/shop?", "/empty?"),
                "NEW_STOCK_URL": stock.replace("/stock?", "/empty?"),
                "NEW_SESSIONS_URL": new_sessions,
                "NEW_PROFILES_URL": new_profiles,
            }
        )


@dataclass(frozen=True)
class Writer:
    """What the application does all the time: a user first, then what belongs to the user."""

    orders: Any
    stock: Any
    sessions: Any
    profiles: Any

    @classmethod
    @contextmanager
    def open(cls, orders: str, stock: str, sessions: str, profiles: str) -> Iterator[Writer]:
        """Connect to the four by URL."""
        login = driver_parameters(Target("stock", Location.parse(stock)))
        with (
            psycopg.connect(orders, autocommit=True) as sql,
            pymysql.connect(**login, autocommit=True) as items,
            redis.Redis.from_url(sessions) as keys,
            MongoClient[Any](profiles) as documents,
        ):
            yield cls(sql, items, keys, documents.get_default_database().people)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Write until the context ends."""
        stop = threading.Event()
        thread = threading.Thread(target=self._write, args=(stop,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _write(self, stop: threading.Event) -> None:
        while not stop.is_set():
            user = str(uuid.uuid4())
            self.orders.execute("INSERT INTO users VALUES (%s, 'late')", (user,))
            self.profiles.insert_one({"user_id": user, "name": "late"})
            with self.stock.cursor() as cursor:
                cursor.execute("INSERT INTO reserved (user_id, pieces) VALUES (%s, 1)", (user,))
            self.sessions.set(f"session:{user}", os.urandom(8).hex())
