"""A status change of a flight, and what each store is told of it."""

from __future__ import annotations

import json
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple, Self

import psycopg
import pymongo.errors
import pymysql
import redis
from pymongo.database import Database
from stores import connect_flights, connect_live, connect_reference, connect_weather

GATES = 40
BOARD_SECONDS = 5

KNOWN_FLIGHTS = """
    SELECT f.year, f.month, f.day, carrier, flight, origin, time_hour, dest FROM flights f
    JOIN planes USING (tailnum)
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

# MariaDB finds a row by `(origin, time_hour) = (...)` by reading them all, and locks what it reads.
CORRECT_WEATHER = "UPDATE weather SET visib = %s WHERE origin = %s AND time_hour = %s"

ADD_CORRECTION = "INSERT INTO corrections (id, origin, time_hour, visib) VALUES (%s, %s, %s, %s)"


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


class Departure(NamedTuple):
    """A flight, and the hour in which it was to leave: UTC, without saying so."""

    flight: FlightKey
    hour: datetime


@dataclass(frozen=True)
class Change:
    """One status change of one flight: `delayed`, or `scheduled` for an extra one."""

    id: str
    status: str
    delay: int
    flight: FlightKey
    hour: datetime

    @property
    def visibility(self) -> float:
        """Miles: the longer the delay, the worse the sight was."""
        return round(10 / (1 + self.delay / 60), 2)


class Clients:
    """One user's connections; None for a store that the application runs without.

    Args:
        urls: Store -> its URL.
    """

    def __init__(self, urls: dict[str, str]) -> None:
        self._urls = urls
        self._stack = ExitStack()
        self.weather: pymysql.Connection[Any] | None = None
        self.reference: Database[dict[str, Any]] | None = None

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.flights = stack.enter_context(closing(connect_flights(self._urls["flights"])))
            # The application's role, which may do no more than it needs.
            self.flights.autocommit = True
            self.flights.execute("SET ROLE flights_app")
            self.live = stack.enter_context(closing(connect_live(self._urls["live"])))
            if "weather" in self._urls:
                self.weather = stack.enter_context(closing(connect_weather(self._urls["weather"])))
            if "reference" in self._urls:
                self.reference = connect_reference(self._urls["reference"])
                stack.callback(self.reference.client.close)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def read_departures(clients: Clients) -> list[Departure]:
    """Flights of one day whose plane, airport and weather are known, as far as a store knows any."""
    rows = clients.flights.execute(KNOWN_FLIGHTS).fetchall()
    found = [
        (FlightKey(*row), hour.astimezone(UTC).replace(tzinfo=None), dest)
        for *row, hour, dest in rows
    ]
    if clients.reference is not None:
        airports = {each["_id"] for each in clients.reference.airports.find({}, {"_id": 1})}
        found = [each for each in found if each[2] in airports]
    if clients.weather is not None:
        with clients.weather.cursor() as cursor:
            cursor.execute("SELECT origin, time_hour FROM weather")
            hours = set(cursor.fetchall())
        # A reading opens a transaction, in which later readings would see the same.
        clients.weather.rollback()
        found = [each for each in found if (each[0].origin, each[1]) in hours]
    return [Departure(flight, hour) for flight, hour, _ in found]


def announce(live: redis.Redis, change: Change) -> None:
    """Tell that a change is coming."""
    live.set(f"change:{change.id}", json.dumps({"status": change.status}))


def commit(flights: psycopg.Connection, change: Change) -> Change:
    """Store the change and what it does to its flight; the change with the flight it is about."""
    with flights.transaction():
        if change.status == "scheduled":
            row = flights.execute(ADD_FLIGHT, change.flight).fetchone()
            if row is None:
                raise psycopg.DataError("the flight to copy is gone")
            change = replace(change, flight=change.flight._replace(flight=row[0]))
        else:
            flights.execute(UPDATE_FLIGHT, (change.delay, *change.flight))
        flights.execute(ADD_CHANGE, (change.id, change.status, change.delay, *change.flight))
    return change


def correct(weather: pymysql.Connection[Any], change: Change) -> None:
    """Store what the weather of a delayed flight's hour really was, and that it was corrected."""
    origin, hour, visibility = change.flight.origin, change.hour, change.visibility
    with weather.cursor() as cursor:
        cursor.execute(CORRECT_WEATHER, (visibility, origin, hour))
        cursor.execute(ADD_CORRECTION, (change.id, origin, hour, visibility))
    weather.commit()


def count(reference: Database[dict[str, Any]], change: Change) -> None:
    """Count the change in its airport's document, which also tells the latest one."""
    latest = {"id": change.id, "flight": change.flight.name, "status": change.status}
    done = reference.airports.update_one(
        {"_id": change.flight.origin}, {"$inc": {"changes": 1}, "$set": {"latest": latest}}
    )
    if not done.matched_count:
        raise pymongo.errors.OperationFailure("the airport is gone")


def show(live: redis.Redis, change: Change) -> None:
    """Show the change to everybody who watches the airport."""
    flight = change.flight
    gate = flight.flight % GATES + 1
    fields: list[str | int] = ["status", change.status, "delay", change.delay]
    fields += ["gate", gate, "change", change.id]
    batch = live.pipeline(transaction=False)
    batch.hset(f"flight:{flight.name}", items=fields)
    batch.zadd(f"delay:{flight.origin}", {flight.name: change.delay})
    batch.hset(f"gate:{flight.origin}:{gate}", mapping={"flight": flight.name})
    batch.set(f"board:{flight.origin}:now", json.dumps({"latest": flight.name}), ex=BOARD_SECONDS)
    batch.execute()
