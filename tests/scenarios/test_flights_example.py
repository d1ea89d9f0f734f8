"""The flights example: real data with real gaps, and writers whose promises two copies would break."""

from __future__ import annotations

import hashlib
import json
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs
import psycopg
import pytest
import redis
import yaml

from seawall.model.pattern import KeyPattern, classify
from servers.real import RealServers, kill, missing_engines

EXAMPLE = Path(__file__).parents[2] / "examples" / "flights"
FILE: dict[str, Any] = yaml.safe_load((EXAMPLE / "seawall.yaml").read_text("utf-8"))
FLIGHT_KEY = ["year", "month", "day", "carrier", "flight", "origin"]
ROWS = {"airlines": 16, "airports": 1458, "planes": 3322, "weather": 26115, "flights": 336776}
EXTRA_FLIGHTS = 10_000  # the writers number theirs from here; the package's are below
ENGINES = {"flights": "postgres", "live": "valkey"}
LACKING = sorted(set(ENGINES.values()) & set(missing_engines()))

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(bool(LACKING), reason=f"no programs for {LACKING}"),
]


@dataclass
class Application:
    """The example on two servers of its own.

    Attributes:
        urls: The environment its scripts run in.
        first_digest: Of both stores after the first load.
    """

    servers: RealServers
    urls: dict[str, str]
    first_digest: dict[str, str]

    def flights(self) -> psycopg.Connection:
        return psycopg.connect(self.urls["FLIGHTS_URL"], autocommit=True)

    def live(self) -> redis.Redis:
        return redis.Redis.from_url(re.sub("^valkey", "redis", self.urls["LIVE_URL"]))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(self.flights()) as flights:
            return flights.execute(query.encode()).fetchall()

    def keys(self, prefix: str) -> set[str]:
        with closing(self.live()) as live:
            return {key.decode() for key in live.scan_iter(f"{prefix}:*", count=10_000)}

    def flight_names(self) -> set[str]:
        names = self.rows(f"SELECT concat_ws(':', 'flight', {', '.join(FLIGHT_KEY)}) FROM flights")
        return {name for (name,) in names}


@pytest.fixture(scope="module")
def application() -> Iterator[Application]:
    with RealServers() as servers:
        urls = {
            f"{store.upper()}_URL": servers.target(engine).location.url()
            for store, engine in ENGINES.items()
        }
        run_script("load.py", urls)
        application = Application(servers, urls, {})
        application.first_digest = digest(application)
        yield application


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
    """A hash per table and per collection of keys; of keys that expire only the names."""
    digests: dict[str, str] = {}
    for table in (*ROWS, "status_changes"):
        query = f"SELECT count(*)::text || ' ' || sum(hashtextextended(t::text, 0)) FROM {table} t"
        digests[table] = str(application.rows(query))
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


@contextmanager
def traffic(
    application: Application, folder: Path, *arguments: str
) -> Iterator[subprocess.Popen[str]]:
    """The writers, as a child whose stdin is a pipe; none is left behind."""
    with subprocess.Popen(
        [sys.executable, EXAMPLE / "traffic.py", folder, *arguments],
        env=application.urls,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


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
    """Live flights without a row; both stores are quiet."""
    return application.keys("flight") - application.flight_names()


def unannounced_changes(application: Application) -> set[str]:
    """Committed changes that the live store does not know; both stores are quiet."""
    changes = {
        f"change:{number}" for (number,) in application.rows("SELECT id FROM status_changes")
    }
    return changes - application.keys("change")


# --- the file ---------------------------------------------------------------------------------


def test_the_file_is_legal() -> None:
    schema = json.loads(files("seawall.datafile").joinpath("schema.json").read_text("utf-8"))
    errors = jsonschema_rs.validator_for(schema).iter_errors(FILE)
    assert [error.message for error in errors] == []
    assert {name: store["engine"] for name, store in FILE["stores"].items()} == ENGINES


def test_the_file_declares_exactly_the_links_of_the_story() -> None:
    weather = {"store": "flights", "collection": "weather", "fields": ["origin", "time_hour"]}
    row = {"store": "flights", "collection": "flights", "fields": FLIGHT_KEY}
    assert FILE["links"] == [
        {"every": "flights.flights.carrier", "exists_in": "flights.airlines.carrier"},
        {"every": "flights.flights.origin", "exists_in": "flights.airports.faa"},
        {"every": "flights.flights.dest", "exists_in": "flights.airports.faa"},
        {"every": "flights.flights.tailnum", "exists_in": "flights.planes.tailnum"},
        {"every": {**weather, "collection": "flights"}, "exists_in": weather},
        {"every": {**row, "store": "live", "collection": "flight"}, "exists_in": row},
    ]


# --- the data ---------------------------------------------------------------------------------


def test_every_row_of_the_package_is_there(application: Application) -> None:
    assert application.rows("SELECT count(*) FROM flights WHERE flight < 10000") == [(336776,)]
    for table in ROWS.keys() - {"flights"}:
        assert application.rows(f"SELECT count(*) FROM {table}") == [(ROWS[table],)]
    nulls = application.rows(
        "SELECT count(*) FILTER (WHERE speed IS NULL), count(year) FROM planes"
    )
    assert nulls == [(3299, 3322 - 70)]
    assert application.rows("SELECT count(*) FROM flights WHERE dep_time IS NULL") == [(8255,)]


@pytest.mark.parametrize(
    ("number", "null", "broken", "values"),
    [
        pytest.param(0, 0, 0, 0, id="carrier"),
        pytest.param(1, 0, 0, 0, id="origin"),
        pytest.param(2, 0, 7602, 4, id="dest"),
        pytest.param(3, 2512, 50094, 721, id="tailnum"),
        pytest.param(4, 0, 1556, None, id="weather"),
    ],
)
def test_links_between_tables_are_as_broken_as_the_data(
    application: Application, number: int, null: int, broken: int, values: int | None
) -> None:
    link = FILE["links"][number]
    (every, fields), (there, other) = read_end(link["every"]), read_end(link["exists_in"])
    (found,) = application.rows(f"""
        SELECT count(*) FILTER (WHERE num_nulls({fields}) > 0),
               count(*) FILTER (WHERE num_nulls({fields}) = 0 AND NOT found),
               count(DISTINCT ({fields})) FILTER (WHERE num_nulls({fields}) = 0 AND NOT found)
        FROM (SELECT *, ({fields}) IN (SELECT {other} FROM {there}) IS TRUE AS found
              FROM {every}) AS checked
    """)
    assert found[:2] == (null, broken)
    assert values is None or found[2] == values


def read_end(end: str | dict[str, Any]) -> tuple[str, str]:
    """(table, its fields) of one end of a link in PostgreSQL."""
    if isinstance(end, str):
        _, table, field = end.split(".")
        return table, field
    return end["collection"], ", ".join(end["fields"])


def test_the_four_lost_airports_are_those_of_the_islands(application: Application) -> None:
    rows = application.rows("""
        SELECT dest, count(*) FROM flights LEFT JOIN airports ON faa = dest
        WHERE faa IS NULL GROUP BY dest
    """)
    assert dict(rows) == {"SJU": 5819, "BQN": 896, "STT": 522, "PSE": 365}


def test_every_live_flight_has_its_row_and_every_row_its_key(application: Application) -> None:
    assert missing_flights(application) == set()
    # A writer that was killed between two steps leaves an extra flight that was never shown.
    rows_without_key = application.flight_names() - application.keys("flight")
    assert {name for name in rows_without_key if int(name.split(":")[5]) < EXTRA_FLIGHTS} == set()


def test_every_key_belongs_to_one_collection_of_the_file(application: Application) -> None:
    texts = FILE["stores"]["live"]["collections"].items()
    patterns = [(name, KeyPattern.parse(text)) for name, text in texts]
    with closing(application.live()) as live:
        keys = list(live.scan_iter(count=10_000))
        found = Counter(classify(patterns, key) for key in keys)
        assert live.type("delay:EWR") == b"zset"
        assert all(live.ttl(key) != -1 for key in keys if key.startswith(b"board:"))
    assert found["flight"] >= 336_776
    assert (found["gate"], found["delay"]) == (120, 3)
    assert found.keys() <= dict(patterns).keys()


def test_loading_again_gives_the_same(application: Application, tmp_path: Path) -> None:
    with traffic(application, tmp_path) as process:
        until(lambda: count(tmp_path, "shown") > 50)
        process.terminate()
        process.wait()
    changed = digest(application)
    assert changed["flights"] != application.first_digest["flights"]
    assert changed["flight"] != application.first_digest["flight"]
    with closing(application.live()) as live:
        live.set("somebody:else", "stays")
        run_script("load.py", application.urls)
        assert live.getdel("somebody:else") == b"stays"
    assert digest(application) | {"board": ""} == application.first_digest | {"board": ""}


def test_the_roles_hold_the_rights_and_cannot_log_in(application: Application) -> None:
    roles = application.rows("""
        SELECT rolname, rolcanlogin, rolpassword IS NULL FROM pg_authid
        WHERE rolname LIKE 'flights%' ORDER BY rolname
    """)
    assert roles == [("flights_app", False, True), ("flights_reader", False, True)]
    with closing(application.flights()) as flights:
        flights.execute("SET ROLE flights_reader")
        assert flights.execute("SELECT count(*) FROM airlines").fetchone() == (16,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            flights.execute("UPDATE flights SET dep_delay = 0")
        flights.execute("SET ROLE flights_app")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            flights.execute("DELETE FROM flights")


# --- the writers ------------------------------------------------------------------------------


def test_what_was_acknowledged_is_in_both_stores(application: Application, tmp_path: Path) -> None:
    with traffic(application, tmp_path) as process:
        until(lambda: count(tmp_path, "shown") > 300)
        process.send_signal(signal.SIGTERM)
        report = json.loads(process.communicate()[0])
    assert process.returncode == 0
    journal = read_journal(tmp_path)
    by_step = Counter(entry["step"] for entry in journal)
    assert set(by_step.values()) == {report["actions"]}
    assert report["errors"] == {"flights": 0, "live": 0}
    for step in ("announced", "committed", "shown", "action"):
        latency = report["latency_ms"][step]
        assert 0 < latency["p50"] <= latency["p99"] <= latency["max"]
    assert len(list(tmp_path.glob("*.jsonl"))) == report["writers"] == 4
    compare_with_stores(application, journal)
    assert missing_flights(application) == set()
    assert unannounced_changes(application) == set()


def compare_with_stores(application: Application, journal: list[dict[str, Any]]) -> None:
    """What a journal says was acknowledged is found in each store."""
    rows = application.rows(
        f"SELECT id::text, status, delay, {', '.join(FLIGHT_KEY)} FROM status_changes"
    )
    changes = {row[0]: row[1:] for row in rows}
    announced = application.keys("change")
    for entry in journal:
        assert f"change:{entry['id']}" in announced
        if entry["step"] == "committed":
            assert changes[entry["id"]] == (entry["status"], entry["delay"], *entry["flight"])
    with closing(application.live()) as live:
        for name, possible in last_changes(journal).items():
            board, member = f"delay:{name.rpartition(':')[2]}", name.partition(":")[2]
            assert live.hget(name, "change") in {number.encode() for number in possible}
            assert live.zscore(board, member) in possible.values()


def last_changes(journal: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """What a flight may show: its last shown change, or one whose showing was not acknowledged."""
    possible: dict[str, dict[str, int]] = {}
    shown_names = {name_of(entry) for entry in journal if entry["step"] == "shown"}
    for entry in journal:
        name = name_of(entry)
        if entry["step"] == "shown":
            possible[name] = {entry["id"]: entry["delay"]}
        elif entry["step"] == "committed" and name in shown_names:
            possible.setdefault(name, {})[entry["id"]] = entry["delay"]
    return possible


def test_traffic_ends_when_the_pipe_on_its_stdin_closes(
    application: Application, tmp_path: Path
) -> None:
    with traffic(application, tmp_path, "--writers", "2") as process:
        until(lambda: count(tmp_path, "shown") > 5)
        report = json.loads(process.communicate()[0])
    assert (process.returncode, report["writers"]) == (0, 2)


def test_two_copies_at_two_moments_break_each_promise(
    application: Application, tmp_path: Path
) -> None:
    with traffic(application, tmp_path, "--think-ms", "1"):
        until(lambda: count(tmp_path, "shown") > 5)
        names = application.flight_names()
        until(lambda: any(name_of(entry) not in names for entry in shown(tmp_path)))
        assert application.keys("flight") - names
        announced = application.keys("change")
        until(lambda: any(f"change:{entry['id']}" not in announced for entry in shown(tmp_path)))
        rows = application.rows("SELECT id FROM status_changes")
        assert {f"change:{number}" for (number,) in rows} - announced


def shown(folder: Path) -> list[dict[str, Any]]:
    return [entry for entry in read_journal(folder) if entry["step"] == "shown"]


@pytest.mark.parametrize("store", sorted(ENGINES))
def test_writers_outlive_a_killed_server(
    application: Application, tmp_path: Path, store: str
) -> None:
    with traffic(application, tmp_path) as process:
        until(lambda: count(tmp_path, "shown") > 20)
        kill(application.servers.server(ENGINES[store]))
        before = count(tmp_path, "shown")
        application.servers.server(ENGINES[store])
        until(lambda: count(tmp_path, "shown") > before + 100)
        process.terminate()
        report = json.loads(process.communicate()[0])
    other = next(name for name in ENGINES if name != store)
    assert report["errors"][store] > 0
    assert report["errors"][other] == 0
    assert process.returncode == 1
    compare_with_stores(application, read_journal(tmp_path))
    assert missing_flights(application) == set()
    assert unannounced_changes(application) == set()


def test_writers_end_with_a_killed_server_when_told_so(
    application: Application, tmp_path: Path
) -> None:
    with traffic(application, tmp_path, "--on-error", "end") as process:
        until(lambda: count(tmp_path, "shown") > 20)
        kill(application.servers.server("valkey"))
        process.wait(timeout=60)
        assert process.stdout
        report = json.loads(process.stdout.read())
    application.servers.server("valkey")
    assert (process.returncode, report["errors"]) == (1, {"flights": 0, "live": 4})


# --- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize("script", ["load.py", "traffic.py"])
def test_a_missing_url_is_one_sentence(script: str, tmp_path: Path) -> None:
    arguments = [str(tmp_path)] if script == "traffic.py" else []
    result = run_script(script, {}, *arguments, expected=1)
    assert "FLIGHTS_URL is not set" in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("script", ["load.py", "traffic.py"])
def test_an_unreachable_server_is_no_traceback_and_shows_no_password(
    script: str, tmp_path: Path
) -> None:
    urls = {
        "FLIGHTS_URL": "postgresql://nobody:canary-17@127.0.0.1:1/none",
        "LIVE_URL": "redis://:canary-17@127.0.0.1:1/0",
    }
    arguments = [str(tmp_path)] if script == "traffic.py" else []
    result = run_script(script, urls, *arguments, expected=1)
    assert "refused" in result.stderr
    assert "Traceback" not in result.stderr
    assert "canary" not in result.stderr + result.stdout
