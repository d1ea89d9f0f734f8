"""The flights example on four servers of its own, and what its writers promise."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
import pymongo
import pymysql
import redis
import yaml
from pymongo.database import Database

from seawall import registry
from seawall.datafile import load
from servers.real import RealServers, missing_engines

EXAMPLE = Path(__file__).parents[2] / "examples" / "flights"
FILE: dict[str, Any] = yaml.safe_load((EXAMPLE / "seawall.yaml").read_text("utf-8"))
TIER = load(EXAMPLE / "seawall.yaml", registry.names())
FLIGHT_KEY = ["year", "month", "day", "carrier", "flight", "origin"]
TABLES = {"planes": 3322, "flights": 336776}
WEATHER_TABLES = ("weather", "corrections")
DOCUMENTS = {"airlines": 16, "airports": 1458}
EXTRA_FLIGHTS = 10_000  # the writers number theirs from here; the package's are below
ENGINES = {"flights": "postgres", "live": "valkey", "weather": "mariadb", "reference": "mongodb"}
NEEDED = ("flights", "live")
LACKING = sorted(set(ENGINES.values()) & set(missing_engines()))


@dataclass
class Application:
    """The example on four servers of its own.

    Attributes:
        urls: The environment its scripts run in.
        first_digest: Of every store after the first load.
    """

    servers: RealServers
    urls: dict[str, str]
    first_digest: dict[str, str]

    def flights(self) -> psycopg.Connection:
        return psycopg.connect(self.urls["FLIGHTS_URL"], autocommit=True)

    def live(self) -> redis.Redis:
        return redis.Redis.from_url(re.sub("^valkey", "redis", self.urls["LIVE_URL"]))

    def weather(self) -> pymysql.Connection[Any]:
        url = urlsplit(self.urls["WEATHER_URL"])
        return pymysql.connect(
            host=url.hostname,
            port=url.port or 0,
            user=url.username,
            password=unquote(url.password or ""),
            database=url.path.removeprefix("/"),
        )

    def weather_rows(self, query: str) -> tuple[tuple[Any, ...], ...]:
        with closing(self.weather()) as weather, weather.cursor() as cursor:
            cursor.execute(query)
            return tuple(cursor.fetchall())

    def documents(self, collection: str) -> list[dict[str, Any]]:
        client: pymongo.MongoClient[dict[str, Any]]
        with pymongo.MongoClient(self.urls["REFERENCE_URL"]) as client:
            database: Database[dict[str, Any]] = client.get_default_database(default="reference")
            return list(database[collection].find().sort("_id"))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(self.flights()) as flights:
            return flights.execute(query.encode()).fetchall()

    def keys(self, prefix: str) -> set[str]:
        with closing(self.live()) as live:
            return {key.decode() for key in live.scan_iter(f"{prefix}:*", count=10_000)}

    def flight_names(self) -> set[str]:
        names = self.rows(f"SELECT concat_ws(':', 'flight', {', '.join(FLIGHT_KEY)}) FROM flights")
        return {name for (name,) in names}


def run_script(
    name: str, urls: dict[str, str], *arguments: str, expected: int = 0
) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(
        [sys.executable, EXAMPLE / name, *arguments],
        env=urls,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == expected, result.stderr
    return result


def digest(application: Application) -> dict[str, str]:
    """A hash per table and per collection; of keys that expire only the names."""
    digests: dict[str, str] = {}
    for table in (*TABLES, "status_changes"):
        query = f"SELECT count(*)::text || ' ' || sum(hashtextextended(t::text, 0)) FROM {table} t"
        digests[table] = str(application.rows(query))
    for table in WEATHER_TABLES:
        query = f"SELECT * FROM {table} ORDER BY origin, time_hour, 1"
        digests[table] = hash_of(application.weather_rows(query))
    for collection in DOCUMENTS:
        digests[collection] = hash_of(application.documents(collection))
    with closing(application.live()) as live:
        names = sorted(live.scan_iter(count=10_000))
        for start in range(0, len(names), 10_000):
            batch = live.pipeline(transaction=False)
            part = names[start : start + 10_000]
            for name in part:
                batch.dump(name)
            for name, value in zip(part, batch.execute(), strict=True):
                kind = name.partition(b":")[0].decode()
                text = name if kind == "board" else name + value
                chained = digests.get(kind, "").encode() + text
                digests[kind] = hashlib.blake2b(chained, digest_size=16).hexdigest()
    return digests


def hash_of(rows: Iterable[object]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for row in rows:
        digest.update(repr(row).encode())
    return digest.hexdigest()


@contextmanager
def traffic(urls: dict[str, str], folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The writers, as a child whose stdin is a pipe; none is left behind."""
    with subprocess.Popen(
        [sys.executable, EXAMPLE / "traffic.py", folder, *arguments],
        env=urls,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_journal(folder: Path) -> list[dict[str, Any]]:
    """Every acknowledged step; a line that is being written is left out."""
    texts = [path.read_text("utf-8") for path in folder.glob("*.jsonl")]
    return [
        json.loads(line)
        for text in texts
        for line in text.splitlines(keepends=True)
        if line.endswith("\n")
    ]


def count(folder: Path, step: str) -> int:
    return sum(entry["step"] == step for entry in read_journal(folder))


def name_of(entry: dict[str, Any]) -> str:
    return ":".join(["flight", *map(str, entry["flight"])])


def missing_flights(application: Application) -> set[str]:
    """Live flights without a row; the stores are quiet."""
    return application.keys("flight") - application.flight_names()


def unannounced_changes(application: Application) -> set[str]:
    """Committed changes that the live store does not know; the stores are quiet."""
    changes = {
        f"change:{number}" for (number,) in application.rows("SELECT id FROM status_changes")
    }
    return changes - application.keys("change")


def uncommitted_corrections(application: Application) -> set[str]:
    """Corrections that no committed change told of; the stores are quiet."""
    changes = {number for (number,) in application.rows("SELECT id::text FROM status_changes")}
    return {
        number for (number,) in application.weather_rows("SELECT id FROM corrections")
    } - changes


def changes_by_airport(application: Application) -> Counter[str]:
    """How many changes the documents have counted since they were loaded."""
    airports = application.documents("airports")
    return Counter({each["_id"]: each["changes"] for each in airports if "changes" in each})
