"""Writers that touch both stores in each action, and keep a journal of what was acknowledged.

One action of a writer, each step begun only after the one before it was acknowledged:

    announced   SET change:ID in the live store
    committed   INSERT the change (and update its flight, or add an extra one) in PostgreSQL
    shown       HSET the flight's key, leaderboard, gate and board in the live store

So at each instant a committed change was announced, and a shown flight has its row: whoever copies
the two stores at two different moments breaks one of the two promises.

It runs until SIGTERM, Ctrl-C, or the end of the pipe on stdin, and then prints one JSON line. Its
extra flights copy flights whose plane, airport and weather are known: no broken link is added.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import re
import signal
import stat
import sys
import threading
import time
import uuid
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple

import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

GATES = 40
EXTRA_SHARE = 0.2
BOARD_SECONDS = 5
CONNECT_SECONDS = 3
ANSWER_SECONDS = 10
RETRY_SECONDS = 0.2

KNOWN_FLIGHTS = """
    SELECT f.year, f.month, f.day, carrier, flight, origin FROM flights f
    JOIN planes USING (tailnum)
    JOIN airports ON faa = dest
    JOIN weather USING (origin, time_hour)
    WHERE f.month = 12 AND f.day = 30 AND flight < 10000 AND dep_delay IS NOT NULL
    ORDER BY time_hour, carrier, flight, origin
"""

ADD_FLIGHT = """
    INSERT INTO flights
    SELECT year, month, day, dep_time, sched_dep_time, dep_delay, arr_time, sched_arr_time,
           arr_delay, carrier, nextval('extra_flight_numbers'), tailnum, origin, dest, air_time,
           distance, hour, minute, time_hour
    FROM flights
    WHERE (year, month, day, carrier, flight, origin) = (%s, %s, %s, %s, %s, %s)
    RETURNING flight
"""

UPDATE_FLIGHT = """
    UPDATE flights SET dep_delay = %s
    WHERE (year, month, day, carrier, flight, origin) = (%s, %s, %s, %s, %s, %s)
"""

ADD_CHANGE = """
    INSERT INTO status_changes (id, status, delay, year, month, day, carrier, flight, origin)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


class FlightKey(NamedTuple):
    """The key of a row in `flights`, and of its hash in the live store."""

    year: int
    month: int
    day: int
    carrier: str
    flight: int
    origin: str

    @property
    def name(self) -> str:
        """Joined: `2013:12:30:UA:1545:EWR`."""
        return ":".join(map(str, self))


@dataclass(frozen=True)
class Change:
    """One status change of one flight: `delayed`, or `scheduled` for an extra one."""

    id: str
    status: str
    delay: int
    flight: FlightKey


class Latencies:
    """Durations in buckets of 2 %, so that hours of traffic need no more memory than seconds."""

    GROWTH = math.log(1.02)

    def __init__(self) -> None:
        self._buckets: Counter[int] = Counter()

    def add(self, seconds: float) -> None:
        """Count one duration."""
        self._buckets[round(math.log(max(seconds * 1000, 0.001)) / self.GROWTH)] += 1

    def merge(self, other: Latencies) -> None:
        """Count all durations of another."""
        self._buckets.update(other._buckets)

    def quantile(self, share: float) -> float | None:
        """The milliseconds that this share of the durations stays within; None without any."""
        left = math.ceil(share * self._buckets.total())
        for bucket in sorted(self._buckets):
            left -= self._buckets[bucket]
            if left <= 0:
                return round(math.exp(bucket * self.GROWTH), 3)
        return None

    def summary(self) -> dict[str, float | None]:
        """p50, p99 and the longest, in milliseconds."""
        shares = {"p50": 0.5, "p99": 0.99, "max": 1.0}
        return {name: self.quantile(share) for name, share in shares.items()}


@dataclass
class Tally:
    """What writers did."""

    actions: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    steps: dict[str, Latencies] = field(
        default_factory=lambda: {
            name: Latencies() for name in ("announced", "committed", "shown", "action")
        }
    )

    def merge(self, other: Tally) -> None:
        """Add what another writer did."""
        self.actions += other.actions
        self.errors.update(other.errors)
        for name, latencies in self.steps.items():
            latencies.merge(other.steps[name])


@dataclass(frozen=True)
class Settings:
    """What every writer is told."""

    flights_url: str
    live_url: str
    think_seconds: float
    ends_on_error: bool


class Writer(threading.Thread):
    """One user of the application: changes its own flights, one action after the other.

    Args:
        settings: The same for all.
        flights: Only this writer changes them, so the last change is the same in both stores.
        journal: Where acknowledgements go, one JSON line each, flushed before the next step.
        stopping: Set to end after the current action.
    """

    def __init__(
        self,
        settings: Settings,
        flights: list[FlightKey],
        journal: Path,
        stopping: threading.Event,
    ) -> None:
        super().__init__(name=journal.stem, daemon=True)
        self.tally = Tally()
        self._settings = settings
        self._flights = flights
        self._journal = journal
        self._stopping = stopping
        self._random = random.Random(journal.stem)  # noqa: S311 - traffic, no secret

    def run(self) -> None:
        """Act until told to stop; connect again after an error, or end, as the settings say."""
        with self._journal.open("a", encoding="utf-8", buffering=1) as journal:
            while not self._stopping.is_set():
                try:
                    self._act_until_stopped(journal)
                except psycopg.Error:
                    self.tally.errors["flights"] += 1
                except redis.RedisError:
                    self.tally.errors["live"] += 1
                else:
                    return
                if self._settings.ends_on_error:
                    return
                self._stopping.wait(RETRY_SECONDS)

    def _act_until_stopped(self, journal: IO[str]) -> None:
        with (
            closing(connect_flights(self._settings.flights_url)) as flights,
            closing(connect_live(self._settings.live_url)) as live,
        ):
            while not self._stopping.is_set():
                self._act(flights, live, journal)
                self._stopping.wait(self._random.expovariate(1) * self._settings.think_seconds)

    def _act(self, flights: psycopg.Connection, live: redis.Redis, journal: IO[str]) -> None:
        is_extra = self._random.random() < EXTRA_SHARE
        change = Change(
            id=str(uuid.uuid4()),
            status="scheduled" if is_extra else "delayed",
            delay=0 if is_extra else self._random.randint(1, 240),
            flight=self._random.choice(self._flights),
        )
        began = time.perf_counter()
        live.set(f"change:{change.id}", json.dumps({"status": change.status}))
        announced = self._note(journal, "announced", change, began)
        change = commit(flights, change)
        committed = self._note(journal, "committed", change, announced)
        show(live, change)
        shown = self._note(journal, "shown", change, committed)
        self.tally.steps["action"].add(shown - began)
        self.tally.actions += 1

    def _note(self, journal: IO[str], step: str, change: Change, began: float) -> float:
        """Write down that a step was acknowledged; the time of that."""
        now = time.perf_counter()
        self.tally.steps[step].add(now - began)
        entry = {
            "at": datetime.now(UTC).isoformat(timespec="microseconds"),
            "step": step,
            "id": change.id,
            "status": change.status,
            "delay": change.delay,
            "flight": list(change.flight),
        }
        journal.write(json.dumps(entry) + "\n")
        return now


def connect_flights(url: str) -> psycopg.Connection:
    """Log in and take the application's role, which may do no more than it needs."""
    connection = psycopg.connect(url, connect_timeout=CONNECT_SECONDS, autocommit=True)
    connection.execute("SET ROLE flights_app")
    return connection


def connect_live(url: str) -> redis.Redis:
    """A client that tells of each error: a silent second try would hide what was acknowledged.

    The driver knows Valkey's URLs only by Redis's schemes.
    """
    return redis.Redis.from_url(
        re.sub("^valkey", "redis", url),
        retry=Retry(NoBackoff(), 0),
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
    )


def commit(flights: psycopg.Connection, change: Change) -> Change:
    """Store the change and what it does to its flight; the change with the flight it is about."""
    with flights.transaction():
        if change.status == "scheduled":
            row = flights.execute(ADD_FLIGHT, change.flight).fetchone()
            if row is None:
                raise psycopg.DataError("the flight to copy is gone")
            flight = change.flight._replace(flight=row[0])
            change = Change(change.id, change.status, change.delay, flight)
        else:
            flights.execute(UPDATE_FLIGHT, (change.delay, *change.flight))
        flights.execute(ADD_CHANGE, (change.id, change.status, change.delay, *change.flight))
    return change


def show(live: redis.Redis, change: Change) -> None:
    """Show the change to everybody who watches the airport."""
    flight = change.flight
    gate = flight.flight % GATES + 1
    fields: list[str | int] = [
        "status",
        change.status,
        "delay",
        change.delay,
        "gate",
        gate,
        "change",
        change.id,
    ]
    batch = live.pipeline(transaction=False)
    batch.hset(f"flight:{flight.name}", items=fields)
    batch.zadd(f"delay:{flight.origin}", {flight.name: change.delay})
    batch.hset(f"gate:{flight.origin}:{gate}", mapping={"flight": flight.name})
    batch.set(f"board:{flight.origin}:now", json.dumps({"latest": flight.name}), ex=BOARD_SECONDS)
    batch.execute()


def main() -> int:
    """Run the writers until told to stop; 1 when any step failed."""
    arguments = read_arguments()
    settings = Settings(
        flights_url=read_url("FLIGHTS_URL"),
        live_url=read_url("LIVE_URL"),
        think_seconds=arguments.think_ms / 1000,
        ends_on_error=arguments.on_error == "end",
    )
    try:
        flights = read_known_flights(settings.flights_url)
    except psycopg.Error as error:
        sys.exit(f"traffic: {error}")
    if len(flights) < arguments.writers:
        sys.exit("traffic: there are too few flights; run load.py first")
    arguments.journal.mkdir(parents=True, exist_ok=True)
    stopping = listen_for_the_end()
    writers = [
        Writer(
            settings,
            flights[number :: arguments.writers],
            arguments.journal / f"writer-{number}.jsonl",
            stopping,
        )
        for number in range(arguments.writers)
    ]
    return run(writers, stopping)


def read_arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("journal", type=Path, help="folder for the journals, one per writer")
    parser.add_argument("--writers", type=int, default=4, help="threads (default: 4)")
    parser.add_argument(
        "--think-ms", type=float, default=10.0, help="mean pause between two actions (default: 10)"
    )
    parser.add_argument(
        "--on-error",
        choices=("keep", "end"),
        default="keep",
        help="when a server fails: keep trying (default), or end that writer",
    )
    return parser.parse_args()


def read_url(name: str) -> str:
    """A store's URL from the environment, or the end with a sentence."""
    store = name.removesuffix("_URL").lower()
    return os.environ.get(name) or sys.exit(
        f'traffic: {name} is not set; try: export {name}="$(seawall url {store})"'
    )


def read_known_flights(url: str) -> list[FlightKey]:
    """Flights of one day whose plane, airport and weather are in their tables."""
    with closing(connect_flights(url)) as flights:
        return [FlightKey(*row) for row in flights.execute(KNOWN_FLIGHTS)]


def listen_for_the_end() -> threading.Event:
    """An event that SIGTERM, SIGINT or the end of a pipe on stdin sets.

    A terminal or /dev/null on stdin says nothing: the latter is at its end from the start.
    """
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    mode = os.fstat(0).st_mode
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
        threading.Thread(target=wait_for_closing, args=(stopping,), daemon=True).start()
    return stopping


def wait_for_closing(stopping: threading.Event) -> None:
    """Read stdin to its end."""
    while os.read(0, 4096):
        pass
    stopping.set()


def run(writers: list[Writer], stopping: threading.Event) -> int:
    """Run all writers to their end and print what they did; 1 when any step failed."""
    began = time.perf_counter()
    for writer in writers:
        writer.start()
    while not stopping.wait(0.1) and any(writer.is_alive() for writer in writers):
        pass
    seconds = time.perf_counter() - began
    stopping.set()
    for writer in writers:
        writer.join(ANSWER_SECONDS + CONNECT_SECONDS)
    total = Tally()
    for writer in writers:
        total.merge(writer.tally)
    print(json.dumps(report(total, len(writers), seconds)), flush=True)
    return 1 if total.errors else 0


def report(total: Tally, writers: int, seconds: float) -> dict[str, object]:
    """What was done, how fast, and what failed where."""
    return {
        "writers": writers,
        "seconds": round(seconds, 3),
        "actions": total.actions,
        "actions_per_second": round(total.actions / seconds, 1),
        "errors": {store: total.errors[store] for store in ("flights", "live")},
        "latency_ms": {name: each.summary() for name, each in total.steps.items()},
    }


if __name__ == "__main__":
    sys.exit(main())
