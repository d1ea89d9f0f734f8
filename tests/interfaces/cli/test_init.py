"""`init`: a file that loads, a schema that editors find, a key of its own, nothing overwritten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from interfaces.cli.command import Command


def test_it_writes_a_file_that_works_and_says_where_the_key_is(seawall: Command) -> None:
    done = seawall.run("init")
    assert done.code == 0, done.err
    key = Path(seawall.environ["HOME"]) / ".config/seawall/keys/app"
    assert key.stat().st_mode & 0o777 == 0o600
    assert str(key) in done.out
    assert "Copy it to another place" in done.out
    secrets = [line for line in key.read_text().splitlines() if line.startswith("AGE-SECRET")]
    assert len(secrets) == 1
    assert secrets[0] not in done.out + done.err
    states = seawall.run("down", "-o", "json").json()["data"]["stores"]
    assert [each["state"] for each in states] == ["stopped", "stopped"]


def test_the_first_line_leads_an_editor_to_the_schema(seawall: Command) -> None:
    seawall.run("init")
    first = (seawall.folder / "seawall.yaml").read_text().splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    schema = seawall.folder / first.partition("$schema=")[2]
    assert json.loads(schema.read_text())["title"] == "seawall.yaml"


def test_it_names_the_app_after_its_folder(seawall: Command) -> None:
    folder = seawall.folder / "2 Größe & more"
    folder.mkdir()
    done = Command(folder, seawall.environ).run("init", "-o", "json")
    assert done.code == 0, done.err
    assert done.json()["data"]["app"] == "gr-e-more"


def test_it_overwrites_nothing(seawall: Command) -> None:
    path = seawall.folder / "seawall.yaml"
    path.write_text("mine")
    done = seawall.run("init")
    assert done.code == 4
    assert "SW-CLI-010" in done.err
    assert path.read_text() == "mine"
    assert not (Path(seawall.environ["HOME"]) / ".config").exists()
    assert not (seawall.folder / ".seawall").exists()


def test_an_example_comes_with_everything_it_needs(seawall: Command) -> None:
    done = seawall.run("init", "flights", "-o", "json")
    assert done.code == 0, done.err
    names = {Path(path).name for path in done.json()["data"]["files"]}
    assert names >= {"seawall.yaml", "flights.sql", "load.py"}
    assert seawall.run("down").code == 0


def test_an_example_overwrites_nothing_and_leaves_nothing_when_it_cannot(seawall: Command) -> None:
    (seawall.folder / "flights.sql").write_text("mine")
    done = seawall.run("init", "flights")
    assert done.code == 4
    assert [path.name for path in seawall.folder.iterdir() if path.is_file()] == ["flights.sql"]
    assert (seawall.folder / "flights.sql").read_text() == "mine"


def test_an_example_that_was_written_in_part_is_finished_by_the_next_run(seawall: Command) -> None:
    """As after a kill: the file itself comes last, and others may be whole or half written."""
    whole = {
        Path(path).name
        for path in seawall.run("init", "flights", "-o", "json").json()["data"]["files"]
    }
    for name in ("seawall.yaml", "load.py"):
        (seawall.folder / name).unlink()
    (seawall.folder / ".load.py.new").write_text("half of")
    again = seawall.run("init", "flights", "-o", "json")
    assert again.code == 0, again.err
    files = {path.name for path in seawall.folder.iterdir() if path.is_file()}
    assert files == whole
    assert {Path(path).name for path in again.json()["data"]["files"]} == {
        "seawall.yaml",
        "load.py",
    }
    assert seawall.run("init", "flights").code == 4


def test_where_no_key_can_be_made_no_file_stays(seawall: Command) -> None:
    done = seawall.using(XDG_CONFIG_HOME="/dev/null").run("init")
    assert "SW-KEY-006" in done.err
    assert not (seawall.folder / "seawall.yaml").exists()


def test_a_key_that_is_there_is_kept(seawall: Command) -> None:
    first = seawall.run("init", "-o", "json").json()["data"]
    (seawall.folder / "seawall.yaml").unlink()
    again = seawall.run("init", "-o", "json").json()["data"]
    assert (again["key"], again["recipient"]) == (first["key"], first["recipient"])


@pytest.mark.parametrize(
    ("name", "hint"), [("flihgts", "Did you mean `flights`?"), ("zzz", "flights")]
)
def test_an_unknown_example_is_a_mistake(seawall: Command, name: str, hint: str) -> None:
    done = seawall.run("init", name)
    assert done.code == 2
    assert "SW-CLI-011" in done.err
    assert hint in done.err
    assert not (seawall.folder / "seawall.yaml").exists()
