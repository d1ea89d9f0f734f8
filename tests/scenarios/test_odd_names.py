"""Names that could hurt: folders with spaces and other letters, stores named like commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from interfaces.cli.command import Command, bare_environment
from seawall.servers import processes
from servers.real import temporary_home

FILE_MISTAKE = 2
HOSTILE = ["'; drop", "../x", "-rf", "a b", "$(touch x)", "", "_tier", "ünder"]


@pytest.fixture
def seawall() -> Iterator[Command]:
    with temporary_home() as home:
        folder = home / "späces 'quotes\" and 🌊; $(touch here)"
        folder.mkdir(mode=0o755)
        yield Command(folder, bare_environment(home))


def entries(folder: Path) -> set[str]:
    return {path.name for path in folder.parent.iterdir()} | {
        path.name for path in folder.iterdir()
    }


@pytest.mark.slow
def test_a_tier_in_an_odd_folder_lives_a_whole_life(seawall: Command) -> None:
    (seawall.folder / "seawall.yaml").write_text(
        "app: odd\nrepository: {url: './bäckups 🌊'}\n"
        "stores: {main: {engine: postgres}, live: {engine: valkey}}\n"
    )
    assert seawall.run("up").code == 0
    with psycopg.connect(seawall.run("url", "main").out.strip()) as sql:
        sql.execute('CREATE TABLE "späce "" \'; DROP" (id int PRIMARY KEY)')
        sql.execute('INSERT INTO "späce "" \'; DROP" VALUES (1), (2)')
    for words in (
        ("backup",),
        ("verify",),
        ("drill", "--report", "der bericht 🌊"),
        ("restore", "--confirm", "odd"),
        ("check",),
        ("backups",),
        ("status",),
    ):
        done = seawall.run(*words)
        assert done.code == 0, (words, done.err)
    assert (seawall.folder / "der bericht 🌊" / "report.html").exists()
    with psycopg.connect(seawall.run("url", "main").out.strip()) as sql:
        assert sql.execute('SELECT count(*) FROM "späce "" \'; DROP"').fetchone() == (2,)
    assert seawall.run("down", "--destroy", "--confirm", "odd").code == 0
    assert not {"here", "x"} & entries(seawall.folder)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_of_a_store_is_a_mistake_of_the_file(seawall: Command, name: str) -> None:
    (seawall.folder / "seawall.yaml").write_text(
        json.dumps({"stores": {name: {"engine": "valkey"}, "good": {"engine": "valkey"}}})
    )
    before = entries(seawall.folder)
    for verb in ("up", "down"):
        done = seawall.run(verb)
        assert done.code == FILE_MISTAKE
        assert "SW-FILE-001" in done.err
    assert entries(seawall.folder) == before


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_on_the_command_line_names_no_store(seawall: Command, name: str) -> None:
    (seawall.folder / "seawall.yaml").write_text("stores: {good: {engine: valkey}}\n")
    before = entries(seawall.folder)
    for verb in (("up",), ("url",), ("down",), ("restore", "--store")):
        done = seawall.run(*verb, *(() if verb[-1] == "--store" else ("--",)), name)
        assert done.code == FILE_MISTAKE, (verb, done.err)
        assert "error SW-" in done.err
    assert entries(seawall.folder) <= before | {".seawall"}
    assert list(processes.inside(seawall.folder)) == []


def test_thirty_mistakes_are_told_at_once_and_nothing_is_started(seawall: Command) -> None:
    lines = "".join(f"  store{n}: {{engin: postgres}}\n" for n in range(30))
    (seawall.folder / "seawall.yaml").write_text(f"stores:\n{lines}")
    done = seawall.run("up", "-o", "json")
    assert done.code == FILE_MISTAKE
    assert len({mistake["line"] for mistake in done.json()["data"]["mistakes"]}) == 30
    assert list(processes.inside(seawall.folder)) == []
