"""The flights example: real data with real gaps, and writers whose promises two copies would break."""

from __future__ import annotations

import json
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs
import psycopg
import pytest

from scenarios.flights import (
    DOCUMENTS,
    ENGINES,
    EXTRA_FLIGHTS,
    FILE,
    FLIGHT_KEY,
    LACKING,
    NEEDED,
    TABLES,
    TIER,
    Application,
    changes_by_airport,
    count,
    digest,
    missing_flights,
    name_of,
    read_journal,
    run_script,
    traffic,
    unannounced_changes,
    uncommitted_corrections,
)
from seawall import registry
from seawall.capabilities import RECORDS
from seawall.model.link import LinkResult
from seawall.model.pattern import KeyPattern, classify
from seawall.operations.links import check_links
from servers.real import RealServers, kill
from servers.waiting import wait_until

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(bool(LACKING), reason=f"no programs for {LACKING}"),
]


@pytest.fixture(scope="module")
def application() -> Iterator[Application]:
    with RealServers() as servers:
        urls = {
            f"{store.name.upper()}_URL": servers.target(store.engine, store.patterns).location.url()
            for store in TIER.stores
        }
        run_script("load.py", urls)
        application = Application(servers, urls, {})
        application.first_digest = digest(application)
        yield application


# --- the file ---------------------------------------------------------------------------------


def test_the_file_is_legal() -> None:
    schema = json.loads(files("seawall.datafile").joinpath("schema.json").read_text("utf-8"))
    errors = jsonschema_rs.validator_for(schema).iter_errors(FILE)
    assert [error.message for error in errors] == []
    assert {name: store["engine"] for name, store in FILE["stores"].items()} == ENGINES


def test_the_file_declares_exactly_the_links_of_the_story() -> None:
    hours = {"store": "flights", "collection": "flights", "fields": ["origin", "time_hour"]}
    row = {"store": "flights", "collection": "flights", "fields": FLIGHT_KEY}
    assert FILE["links"] == [
        {"every": "flights.flights.carrier", "exists_in": "reference.airlines._id"},
        {"every": "flights.flights.origin", "exists_in": "reference.airports._id"},
        {"every": "flights.flights.dest", "exists_in": "reference.airports._id"},
        {"every": "flights.flights.tailnum", "exists_in": "flights.planes.tailnum"},
        {"every": hours, "exists_in": {**hours, "store": "weather", "collection": "weather"}},
        {"every": {**row, "store": "live", "collection": "flight"}, "exists_in": row},
        {"every": "weather.corrections.id", "exists_in": "flights.status_changes.id"},
    ]


# --- the data ---------------------------------------------------------------------------------


def test_every_row_of_the_package_is_there(application: Application) -> None:
    assert application.rows("SELECT count(*) FROM flights WHERE flight < 10000") == [(336776,)]
    assert application.rows("SELECT count(*) FROM planes") == [(TABLES["planes"],)]
    assert application.weather_rows("SELECT count(*), count(DISTINCT origin) FROM weather") == (
        (26115, 3),
    )
    for collection, documents in DOCUMENTS.items():
        assert len(application.documents(collection)) == documents
    nulls = application.rows(
        "SELECT count(*) FILTER (WHERE speed IS NULL), count(year) FROM planes"
    )
    assert nulls == [(3299, 3322 - 70)]
    assert application.rows("SELECT count(*) FROM flights WHERE dep_time IS NULL") == [(8255,)]


def test_an_airport_is_a_document_with_its_place(application: Application) -> None:
    newark = next(each for each in application.documents("airports") if each["_id"] == "EWR")
    assert newark["name"] == "Newark Liberty Intl"
    assert newark["location"] == {"type": "Point", "coordinates": [-74.168667, 40.6925]}
    assert (newark["altitude_feet"], newark["zone"]["name"]) == (18, "America/New_York")


def test_an_hour_is_the_same_instant_in_both_databases(application: Application) -> None:
    """The first report of the year is of 1 o'clock in New York, which is 6 o'clock in UTC."""
    first = application.weather_rows(
        "SELECT UNIX_TIMESTAMP(min(time_hour)) FROM weather WHERE origin = 'EWR'"
    )
    assert first == ((1357020000,),)


@pytest.fixture(scope="module")
def links(
    application: Application, tmp_path_factory: pytest.TempPathFactory
) -> tuple[LinkResult, ...]:
    """What `check` finds of each link."""
    with ExitStack() as stack:
        readers = {}
        for store in TIER.stores:
            engine = registry.load(store.engine)
            client = engine.connect(application.servers.target(store.engine, store.patterns))
            stack.callback(client.close)
            readers[store.name] = engine.require(RECORDS, client)
        return check_links(TIER.links, readers, tmp_path_factory.mktemp("links")).links


@pytest.mark.parametrize(
    ("number", "null", "broken", "values"),
    [
        pytest.param(0, 0, 0, 0, id="carrier"),
        pytest.param(1, 0, 0, 0, id="origin"),
        pytest.param(2, 0, 7602, 4, id="dest"),
        pytest.param(3, 2512, 50094, 721, id="tailnum"),
        pytest.param(4, 0, 1556, None, id="weather"),
        pytest.param(5, 0, 0, 0, id="live"),
        pytest.param(6, 0, 0, 0, id="corrections"),
    ],
)
def test_links_are_as_broken_as_the_data(
    links: tuple[LinkResult, ...], number: int, null: int, broken: int, values: int | None
) -> None:
    found = links[number]
    assert found.link == TIER.links[number].name
    assert (found.promised_nothing, found.broken) == (null, broken)
    assert values is None or found.broken_values == values


def test_the_four_lost_airports_are_those_of_the_islands(application: Application) -> None:
    known = [each["_id"] for each in application.documents("airports")]
    with closing(application.flights()) as flights:
        rows = flights.execute(
            "SELECT dest, count(*) FROM flights WHERE dest <> ALL (%s) GROUP BY dest", [known]
        ).fetchall()
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


@pytest.mark.slow
def test_loading_again_gives_the_same(application: Application, tmp_path: Path) -> None:
    with traffic(application.urls, tmp_path) as process:
        wait_until(lambda: count(tmp_path, "shown") > 50)
        process.terminate()
        process.wait()
    changed = digest(application)
    assert changed["flights"] != application.first_digest["flights"]
    for name in ("flight", "weather", "corrections", "airports"):
        assert changed[name] != application.first_digest[name]
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
        assert flights.execute("SELECT count(*) FROM planes").fetchone() == (3322,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            flights.execute("UPDATE flights SET dep_delay = 0")
        flights.execute("SET ROLE flights_app")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            flights.execute("DELETE FROM flights")


# --- the writers ------------------------------------------------------------------------------


def test_what_was_acknowledged_is_in_every_store(application: Application, tmp_path: Path) -> None:
    before = changes_by_airport(application)
    with traffic(application.urls, tmp_path) as process:
        wait_until(lambda: count(tmp_path, "shown") > 300)
        process.send_signal(signal.SIGTERM)
        report = json.loads(process.communicate()[0])
    assert process.returncode == 0
    journal = read_journal(tmp_path)
    by_step = Counter(entry["step"] for entry in journal)
    assert by_step.pop("corrected") == sum(
        entry["step"] == "committed" and entry["status"] == "delayed" for entry in journal
    )
    assert by_step.keys() == {"announced", "committed", "counted", "shown"}
    assert set(by_step.values()) == {report["actions"]}
    assert report["errors"] == dict.fromkeys(ENGINES, 0)
    assert report["latency_ms"].keys() == {*by_step, "corrected", "action"}
    for latency in report["latency_ms"].values():
        assert 0 < latency["p50"] <= latency["p99"] <= latency["max"]
    assert len(list(tmp_path.glob("*.jsonl"))) == report["writers"] == 4
    compare_with_stores(application, journal)
    refuse_broken_promises(application)
    assert changes_by_airport(application) - before == counted_by_airport(journal)


def counted_by_airport(journal: list[dict[str, Any]]) -> Counter[str]:
    """How many changes of each airport's document were acknowledged."""
    return Counter(entry["flight"][-1] for entry in journal if entry["step"] == "counted")


def refuse_broken_promises(application: Application) -> None:
    """What the writers promise at every instant holds."""
    assert missing_flights(application) == set()
    assert unannounced_changes(application) == set()
    assert uncommitted_corrections(application) == set()


def compare_with_stores(application: Application, journal: list[dict[str, Any]]) -> None:
    """What a journal says was acknowledged is found in each store."""
    rows = application.rows(
        f"SELECT id::text, status, delay, {', '.join(FLIGHT_KEY)} FROM status_changes"
    )
    changes = {row[0]: row[1:] for row in rows}
    corrections = dict(application.weather_rows("SELECT id, origin FROM corrections"))
    announced = application.keys("change")
    for entry in journal:
        assert f"change:{entry['id']}" in announced
        if entry["step"] == "committed":
            assert changes[entry["id"]] == (entry["status"], entry["delay"], *entry["flight"])
        if entry["step"] == "corrected":
            assert corrections[entry["id"]] == entry["flight"][-1]
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
    with traffic(application.urls, tmp_path, "--writers", "2") as process:
        wait_until(lambda: count(tmp_path, "shown") > 5)
        report = json.loads(process.communicate()[0])
    assert (process.returncode, report["writers"]) == (0, 2)


def test_two_copies_at_two_moments_break_each_promise(
    application: Application, tmp_path: Path
) -> None:
    with traffic(application.urls, tmp_path, "--think-ms", "1"):
        wait_until(lambda: count(tmp_path, "shown") > 5)
        names = application.flight_names()
        wait_until(lambda: any(name_of(entry) not in names for entry in shown(tmp_path)))
        assert application.keys("flight") - names
        announced = application.keys("change")
        wait_until(
            lambda: any(f"change:{entry['id']}" not in announced for entry in shown(tmp_path))
        )
        rows = application.rows("SELECT id::text FROM status_changes")
        assert {f"change:{number}" for (number,) in rows} - announced
        committed = {number for (number,) in rows}
        wait_until(
            lambda: any(is_late_correction(entry, committed) for entry in read_journal(tmp_path))
        )
        corrected = application.weather_rows("SELECT id FROM corrections")
        assert {number for (number,) in corrected} - committed


def is_late_correction(entry: dict[str, Any], committed: set[str]) -> bool:
    return entry["step"] == "corrected" and entry["id"] not in committed


def shown(folder: Path) -> list[dict[str, Any]]:
    return [entry for entry in read_journal(folder) if entry["step"] == "shown"]


@pytest.mark.parametrize(
    "store",
    [
        pytest.param(store, marks=[] if store == "flights" else [pytest.mark.slow])
        for store in sorted(ENGINES)
    ],
)
def test_writers_outlive_a_killed_server(
    application: Application, tmp_path: Path, store: str
) -> None:
    counted = changes_by_airport(application)
    with traffic(application.urls, tmp_path) as process:
        wait_until(lambda: count(tmp_path, "shown") > 20)
        kill(application.servers.server(ENGINES[store]))
        before = count(tmp_path, "shown")
        application.servers.server(ENGINES[store])
        wait_until(lambda: count(tmp_path, "shown") > before + 100)
        process.terminate()
        report = json.loads(process.communicate()[0])
    assert report["errors"].pop(store) > 0
    assert set(report["errors"].values()) == {0}
    assert process.returncode == 1
    journal = read_journal(tmp_path)
    compare_with_stores(application, journal)
    refuse_broken_promises(application)
    # A server that was killed may have kept what it could not acknowledge.
    kept = changes_by_airport(application) - counted - counted_by_airport(journal)
    assert kept.total() <= report["writers"]
    assert not counted_by_airport(journal) - (changes_by_airport(application) - counted)


def test_writers_end_with_a_killed_server_when_told_so(
    application: Application, tmp_path: Path
) -> None:
    with traffic(application.urls, tmp_path, "--on-error", "end") as process:
        wait_until(lambda: count(tmp_path, "shown") > 20)
        kill(application.servers.server("valkey"))
        process.wait(timeout=60)
        assert process.stdout
        report = json.loads(process.stdout.read())
    application.servers.server("valkey")
    assert (process.returncode, report["errors"]) == (1, {**dict.fromkeys(ENGINES, 0), "live": 4})


@pytest.mark.slow
def test_it_runs_without_its_weather_and_its_documents(
    application: Application, tmp_path: Path
) -> None:
    urls = {
        name: url for name, url in application.urls.items() if name in {"FLIGHTS_URL", "LIVE_URL"}
    }
    with traffic(urls, tmp_path) as process:
        wait_until(lambda: count(tmp_path, "shown") > 20)
        process.terminate()
        report = json.loads(process.communicate()[0])
    assert (process.returncode, report["errors"]) == (0, dict.fromkeys(NEEDED, 0))
    assert report["latency_ms"].keys() == {"announced", "committed", "shown", "action"}
    refuse_broken_promises(application)


# --- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize("script", ["load.py", "traffic.py"])
def test_a_missing_url_is_one_sentence(script: str, tmp_path: Path) -> None:
    arguments = [str(tmp_path)] if script == "traffic.py" else []
    result = run_script(script, {}, *arguments, expected=1)
    assert "FLIGHTS_URL is not set" in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("script", "missing"),
    [
        pytest.param("load.py", {"WEATHER_URL", "REFERENCE_URL"}, id="load-flights"),
        pytest.param("load.py", {"REFERENCE_URL"}, id="load-weather"),
        pytest.param("load.py", set(), id="load-reference"),
        pytest.param("traffic.py", set(), id="traffic"),
    ],
)
def test_an_unreachable_server_is_no_traceback_and_shows_no_password(
    script: str, missing: set[str], tmp_path: Path
) -> None:
    urls = {
        "FLIGHTS_URL": "postgresql://nobody:canary-17@127.0.0.1:1/none",
        "LIVE_URL": "redis://:canary-17@127.0.0.1:1/0",
        "WEATHER_URL": "mysql://nobody:canary-17@127.0.0.1:1/none",
        "REFERENCE_URL": "mongodb://nobody:canary-17@127.0.0.1:1/?directConnection=true",
    }
    urls = {name: url for name, url in urls.items() if name not in missing}
    arguments = [str(tmp_path)] if script == "traffic.py" else []
    result = run_script(script, urls, *arguments, expected=1)
    assert "refused" in result.stderr
    assert "Traceback" not in result.stderr
    assert "canary" not in result.stderr + result.stdout
