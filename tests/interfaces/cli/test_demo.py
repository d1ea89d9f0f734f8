"""`demo` in its own folder: whatever ends it, nothing of it stays, so the next one is a first."""

from __future__ import annotations

import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from interfaces.cli.command import SECONDS, Command, bare_environment
from interfaces.cli.story import processes_in
from scenarios.interruptions import break_off, seeded
from servers.real import missing_engines, surroundings, temporary_home

FOUR_ENGINES = ("postgres", "valkey", "mariadb", "mongodb")
# Records without a partner by link, in the file's order; a link is told by the store it begins in.
BROKEN_LINKS = (
    ("flights", 0),
    ("flights", 0),
    ("flights", 7_602),
    ("flights", 50_094),
    ("flights", 1_556),
    ("live", 0),
    ("weather", 0),
)

LONGEST_SECONDS = 400
# A demo takes a minute or more; each signal has half of the moments.
MOMENTS = 10

pytestmark = pytest.mark.timeout(600)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=str)
def test_a_demo_that_is_ended_leaves_no_server_no_folder_and_no_key(
    seawall: Command, number: signal.Signals
) -> None:
    shared = Path(seawall.environ["SEAWALL_HOME"])
    with seawall.start("demo") as process:
        assert process.stderr
        while "loading" not in (line := process.stderr.readline()):
            assert line
        assert processes_in(shared)
        process.send_signal(number)
        process.wait()
    wait_until_nothing_stays(seawall.environ)


@dataclass(frozen=True)
class Shown:
    """A demo that nobody disturbed.

    Attributes:
        data: Its answer.
        said: On standard error.
        reports: The report's files, by name.
        seconds: How long it took.
    """

    data: dict[str, Any]
    said: str
    reports: dict[str, str]
    seconds: float


def show(**variables: str) -> Shown:
    with temporary_home() as folder:
        seawall = Command(folder, with_every_program(folder)).using(**variables)
        began = time.monotonic()
        done = seawall.run("demo", "--report", "report", "-o", "json", seconds=LONGEST_SECONDS)
        seconds = time.monotonic() - began
        assert done.code == 0, done.err
        reports = {file.name: file.read_text() for file in (folder / "report").iterdir()}
    return Shown(done.json()["data"], done.err, reports, seconds)


def with_every_program(home: Path) -> dict[str, str]:
    """A bare environment with the cache of whoever runs the tests, for what was fetched."""
    cache = surroundings().programs.parents[1]
    return {**bare_environment(home), "XDG_CACHE_HOME": str(cache)}


@pytest.fixture(scope="module")
def shown() -> Shown:
    return show()


@pytest.mark.slow
def test_four_engines_are_drilled_on_real_data(shown: Shown) -> None:
    lacking = missing_engines().keys() & set(FOUR_ENGINES)
    if lacking:
        pytest.skip(f"no programs of {', '.join(lacking)} are here")
    drill = shown.data["drill"]
    assert drill["verdict"] == "verified"
    assert [store["engine"] for store in drill["stores"]] == list(FOUR_ENGINES)
    assert {store["name"] for store in drill["stores"] if store["emulator"]} <= {"reference"}
    found = [(link["link"].split(".")[0], link["broken_before"]) for link in drill["links"]]
    assert found == list(BROKEN_LINKS)
    assert {link["broken_by_restore"] for link in drill["links"]} == {0}
    assert shown.data["left_out"] == []
    assert "left out" not in "".join(shown.reports.values())


@pytest.mark.slow
def test_without_its_programs_an_engine_is_left_out_and_named() -> None:
    """No wheel has MariaDB."""
    without = show(SEAWALL_PROVIDER="wheel")
    (left_out,) = without.data["left_out"]
    assert (left_out["store"], left_out["links"]) == ("weather", 2)
    assert without.data["drill"]["verdict"] == "verified"
    assert len(without.data["drill"]["links"]) == len(BROKEN_LINKS) - 2
    assert "leaving out store weather and 2 links" in without.said
    for text in without.reports.values():
        assert "seawall engines install mariadb" in text


@pytest.mark.slow
@pytest.mark.parametrize("moment", range(MOMENTS))
def test_broken_off_at_any_moment_it_leaves_nothing(
    seawall: Command, shown: Shown, moment: int
) -> None:
    number = (signal.SIGINT, signal.SIGKILL)[moment % 2]
    after = seeded("demo", moment, shown.seconds)
    environ = with_every_program(Path(seawall.environ["HOME"]))
    ended = break_off(("demo",), seawall.folder, environ, number, after)
    assert ended.code in {0, 128 + number, -number}, ended.err
    assert "Traceback" not in ended.err
    wait_until_nothing_stays(environ)


def wait_until_nothing_stays(environ: dict[str, str]) -> None:
    shared = Path(environ["SEAWALL_HOME"])
    deadline = time.monotonic() + SECONDS
    pause = threading.Event()
    # After a kill -9 the keeper clears up on its own.
    while processes_in(shared) or any((shared / "leases").glob("*")):
        assert time.monotonic() < deadline, processes_in(shared)
        pause.wait(0.1)
    assert not (Path(environ["HOME"]) / ".config").exists()
