"""The shop of `examples/shop`: four engines, and processes that touch two of them at a time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import redis

from interfaces.cli.command import Command
from interfaces.cli.conftest import make_command
from servers.real import missing_engines, surroundings, temporary_home

ENGINES = ("postgres", "mariadb", "mongodb", "valkey")
ROLES = {"sign_up", "fill_cart", "place_order", "send", "pay"}
LINKS = 7


@pytest.fixture(scope="module")
def seawall() -> Iterator[Command]:
    lacking = missing_engines().keys() & set(ENGINES)
    if lacking:
        pytest.skip(f"no programs of {', '.join(lacking)} are here")
    with temporary_home() as home:
        # What was fetched for the tests is in the cache of whoever runs them.
        cache = surroundings().programs.parents[1]
        yield make_command(home).using(XDG_CACHE_HOME=str(cache))


@pytest.fixture(scope="module")
def environment(seawall: Command) -> dict[str, str]:
    """The loaded shop's, as `seawall env` prints it."""
    for words in (("init", "shop"), ("up",)):
        done = seawall.run(*words)
        assert done.code == 0, done.err
    variables = seawall.run("env", "-o", "json").json()["data"]["variables"]
    environment = {**os.environ, **variables}
    load(seawall, environment)
    return environment


def load(seawall: Command, environment: dict[str, str]) -> None:
    with python("load.py", seawall, environment) as loading:
        assert loading.communicate()[1] == b""
    assert loading.returncode == 0


def python(
    script: str, seawall: Command, environment: dict[str, str], *words: str
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, script, *words],
        cwd=seawall.folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@contextmanager
def traffic(seawall: Command, environment: dict[str, str]) -> Iterator[dict[str, int]]:
    """The application at work; what each process did is told at the end."""
    acted: dict[str, int] = {}
    running = python("traffic.py", seawall, environment, "--pause-ms", "5")
    with redis.Redis.from_url(environment["LIVE_URL"]) as live:
        before = len(list(live.scan_iter("session:*")))
        while running.poll() is None and len(list(live.scan_iter("session:*"))) < before + 5:
            pass
    try:
        yield acted
    finally:
        running.send_signal(signal.SIGTERM)
        said, failures = running.communicate()
    assert (running.returncode, failures) == (0, b"")
    acted.update(json.loads(said))


def drill(seawall: Command) -> dict[str, Any]:
    drilled = seawall.run("drill", "-o", "json")
    assert drilled.code == 0, drilled.err
    report: dict[str, Any] = drilled.json()["data"]
    return report


def test_all_of_them_come_back_to_one_point(seawall: Command, environment: dict[str, str]) -> None:
    with traffic(seawall, environment) as acted:
        taken = seawall.run("backup", "-o", "json")
    assert taken.code == 0, taken.err
    assert acted.keys() == ROLES
    assert min(acted.values()) > 0, acted
    report = drill(seawall)
    assert report["verdict"] == "verified"
    assert {store["name"] for store in report["stores"] if store["emulator"]} <= {"catalogue"}
    assert report["records_proven"] > 6000
    assert len(report["not_tested"]) == len(set(report["not_tested"]))
    assert len(report["links"]) == LINKS
    assert [link for link in report["links"] if link["broken_by_restore"]] == []


def test_no_link_is_broken_by_the_application_itself(
    seawall: Command, environment: dict[str, str]
) -> None:
    del environment
    checked = seawall.run("check", "-o", "json")
    assert checked.code == 0, checked.out


@pytest.mark.slow
def test_loading_again_gives_the_same(seawall: Command, environment: dict[str, str]) -> None:
    load(seawall, environment)
    first = seawall.run("check", "-o", "json").json()["data"]["links"]
    load(seawall, environment)
    assert seawall.run("check", "-o", "json").json()["data"]["links"] == first
    assert len(first) == LINKS
