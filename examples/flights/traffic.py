"""Writers that touch every store in each action, and keep a journal of what was acknowledged.

One action of a writer, each step begun only after the one before it was acknowledged:

    announced   SET change:ID in the live store
    committed   INSERT the change (and update its flight, or add an extra one) in PostgreSQL
    corrected   of a delay: INSERT a correction and UPDATE the weather of its hour in MariaDB
    counted     count the change in its airport's document in MongoDB
    shown       HSET the flight's key, leaderboard, gate and board in the live store

So at each instant a committed change was announced, and a correction and a shown flight belong to a
committed change: whoever copies the stores at different moments breaks a promise. Without
WEATHER_URL nothing is corrected, without REFERENCE_URL nothing is counted.

It runs until SIGTERM, Ctrl-C, or the end of the pipe on stdin, and then prints one JSON line. Its
extra flights copy flights whose plane, airport and weather are known: no broken link is added.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import stat
import sys
import threading
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from changes import (
    Change,
    Clients,
    Departure,
    announce,
    commit,
    correct,
    count,
    read_departures,
    show,
)
from latencies import Tally
from stores import ANSWER_SECONDS, ANY_ERROR, CONNECT_SECONDS, read_urls, store_of

EXTRA_SHARE = 0.2
LONGEST_DELAY = 240
RETRY_SECONDS = 0.2


@dataclass(frozen=True)
class Settings:
    """What every writer is told."""

    urls: dict[str, str]
    think_seconds: float
    ends_on_error: bool


class Writer(threading.Thread):
    """One user of the application: changes its own flights, one action after the other.

    Args:
        settings: The same for all.
        departures: Only this writer changes them, so the last change is the same in every store.
        journal: Where acknowledgements go, one JSON line each, flushed before the next step.
        stopping: Set to end after the current action.
    """

    def __init__(
        self,
        settings: Settings,
        departures: list[Departure],
        journal: Path,
        stopping: threading.Event,
    ) -> None:
        super().__init__(name=journal.stem, daemon=True)
        self.tally = Tally()
        self._settings = settings
        self._departures = departures
        self._journal = journal
        self._stopping = stopping
        self._random = random.Random(journal.stem)  # noqa: S311 - traffic, no secret

    def run(self) -> None:
        """Act until told to stop; connect again after an error, or end, as the settings say."""
        with self._journal.open("a", encoding="utf-8", buffering=1) as journal:
            while not self._stopping.is_set():
                try:
                    self._act_until_stopped(journal)
                except ANY_ERROR as error:
                    self.tally.errors[store_of(error)] += 1
                else:
                    return
                if self._settings.ends_on_error:
                    return
                self._stopping.wait(RETRY_SECONDS)

    def _act_until_stopped(self, journal: IO[str]) -> None:
        with Clients(self._settings.urls) as clients:
            while not self._stopping.is_set():
                self._act(clients, journal)
                self._stopping.wait(self._random.expovariate(1) * self._settings.think_seconds)

    def _act(self, clients: Clients, journal: IO[str]) -> None:
        change = self._invent()
        began = time.perf_counter()
        announce(clients.live, change)
        noted = self._note(journal, "announced", change, began)
        change = commit(clients.flights, change)
        noted = self._note(journal, "committed", change, noted)
        if clients.weather is not None and change.status == "delayed":
            correct(clients.weather, change)
            noted = self._note(journal, "corrected", change, noted)
        if clients.reference is not None:
            count(clients.reference, change)
            noted = self._note(journal, "counted", change, noted)
        show(clients.live, change)
        noted = self._note(journal, "shown", change, noted)
        self.tally.add("action", noted - began)
        self.tally.actions += 1

    def _invent(self) -> Change:
        is_extra = self._random.random() < EXTRA_SHARE
        departure = self._random.choice(self._departures)
        return Change(
            id=str(uuid.uuid4()),
            status="scheduled" if is_extra else "delayed",
            delay=0 if is_extra else self._random.randint(1, LONGEST_DELAY),
            flight=departure.flight,
            hour=departure.hour,
        )

    def _note(self, journal: IO[str], step: str, change: Change, began: float) -> float:
        """Write down that a step was acknowledged; the time of that."""
        now = time.perf_counter()
        self.tally.add(step, now - began)
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


def main() -> int:
    """Run the writers until told to stop; 1 when any step failed."""
    arguments = read_arguments()
    settings = Settings(
        urls=read_urls("traffic"),
        think_seconds=arguments.think_ms / 1000,
        ends_on_error=arguments.on_error == "end",
    )
    try:
        with Clients(settings.urls) as clients:
            departures = read_departures(clients)
    except ANY_ERROR as error:
        sys.exit(f"traffic: {error}")
    if len(departures) < arguments.writers:
        sys.exit("traffic: there are too few flights; run load.py first")
    arguments.journal.mkdir(parents=True, exist_ok=True)
    stopping = listen_for_the_end()
    writers = [
        Writer(
            settings,
            departures[number :: arguments.writers],
            arguments.journal / f"writer-{number}.jsonl",
            stopping,
        )
        for number in range(arguments.writers)
    ]
    return run(writers, stopping, settings)


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


def run(writers: list[Writer], stopping: threading.Event, settings: Settings) -> int:
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
    print(json.dumps(total.report(len(writers), seconds, settings.urls)), flush=True)
    return 1 if total.errors else 0


if __name__ == "__main__":
    sys.exit(main())
