"""The verbs over one small real tier: answers, exit codes, and no secret anywhere."""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
import pytest

from interfaces.cli.command import Command
from interfaces.cli.conftest import make_command
from interfaces.cli.story import CUSTOMERS, DANGLING, Story, live_through, processes_in
from seawall.interfaces.cli import pages
from seawall.interfaces.cli.envelope import schema_file
from servers.real import temporary_home

pytestmark = pytest.mark.timeout(600)
CODES = {
    "check": 1,  # three sessions have no customer
    "check table": 1,
    "interrupted backup": 130,
    "interrupted drill": 130,
    "restore refused": 4,
    "into refused": 4,
    "into by word": 3,  # that server is gone by then
    "restore at a terminal, refused": 4,
    "status of nothing": 3,
    "destroy refused": 4,
}
CANARY = "CANARY-51c0"


@pytest.fixture(scope="module")
def story() -> Generator[Story]:
    with temporary_home() as home:
        yield live_through(make_command(home))


def test_every_step_ends_with_its_exit_code(story: Story) -> None:
    ended = {step: (done.code, done.err) for step, done in story.said.items()}
    wrong = {step: said for step, said in ended.items() if said[0] != CODES.get(step, 0)}
    assert wrong == {}


def test_every_json_answer_is_what_its_published_schema_says_and_nothing_more(story: Story) -> None:
    seen: set[str] = set()
    for step, done in story.said.items():
        if done.out.startswith("{"):
            answer = done.json()
            verb = answer["schema"].split("/")[1]
            schema = json.loads((pages.SCHEMAS / schema_file(verb)).read_text())
            assert jsonschema_rs.evaluate(_strict(schema), answer).errors() == [], step
            seen.add(verb)
    assert seen >= {
        "up", "url", "engines", "status", "check", "backup", "backups", "verify", "drill",
        "restore", "down",
    }  # fmt: skip


def test_no_secret_is_in_any_output_but_that_of_url(story: Story) -> None:
    assert len(story.secrets) == 3
    for step, done in story.said.items():
        for secret in story.secrets:
            assert step.startswith("url") or secret not in done.out + done.err, step
    report = story.command.folder / "report"
    for path in report.iterdir():
        assert not [secret for secret in story.secrets if secret in path.read_text()], path


def test_no_secret_is_ever_in_a_command_line(story: Story) -> None:
    assert any("postgres" in line for line in story.command_lines)
    for secret in story.secrets:
        assert not [line for line in story.command_lines if secret in line]


def test_url_prints_the_url_and_nothing_else(story: Story) -> None:
    done = story.said["url"]
    assert done.out.count("\n") == 1
    parts = urlsplit(done.out.strip())
    assert parts.scheme.startswith("postgres")
    assert parts.password in story.secrets
    assert done.err == ""


def test_a_changing_verb_names_its_file(story: Story) -> None:
    line = f"seawall: using {story.command.folder}/seawall.yaml (app shop)"
    for step in ("up", "backup", "restore", "drill", "down", "destroy"):
        assert line in story.said[step].err.splitlines(), step
    for step in ("status", "check", "engines", "url"):
        assert line not in story.said[step].err.splitlines(), step


def test_check_counts_links(story: Story) -> None:
    (link,) = story.said["check"].json()["data"]["links"]
    assert (link["checked"], link["broken"]) == (CUSTOMERS + DANGLING, DANGLING)
    assert story.said["check"].json()["data"]["whole"] is False


def test_the_first_backup_makes_a_key_and_warns_of_the_disk(story: Story) -> None:
    said = story.said["interrupted backup"].err
    assert "made the key" in said
    assert "same disk" in said
    assert "made the key" not in story.said["backup"].err


def test_the_drill_is_published_as_its_schema_fixes_it(story: Story) -> None:
    data = story.said["drill"].json()["data"]
    assert data["verdict"] == "verified"
    assert data["point"]["grade"] == "fenced"
    assert {each["level"] for each in data["levels"]} == {f"L{n}" for n in range(7)}
    for store in data["stores"]:
        assert {"name", "engine", "version", "provider", "method", "records", "bytes"} <= set(store)
        assert store["phases"]
        assert all(isinstance(seconds, float) for seconds in store["phases"].values())
    (link,) = data["links"]
    assert (link["checked"], link["holds"]) == (CUSTOMERS + DANGLING, CUSTOMERS)
    assert (link["broken_before"], link["broken_by_restore"]) == (DANGLING, 0)
    assert data["records_proven"] >= 2 * CUSTOMERS
    assert data["not_tested"]


def test_the_report_on_disk_is_the_answer(story: Story) -> None:
    folder = story.command.folder / "report"
    assert {path.name for path in folder.iterdir()} == {"report.md", "report.html", "report.json"}
    left, said = json.loads((folder / "report.json").read_text()), story.said["drill"].json()
    assert (left["schema"], left["data"]) == (said["schema"], said["data"])


def test_a_refused_restore_names_what_to_confirm(story: Story) -> None:
    assert "--confirm orders" in story.said["restore refused"].err


def test_restore_tells_of_broken_links_before_it_ends(story: Story) -> None:
    said = story.said["restore"].err
    assert f"{DANGLING} broken records in links" in said


def test_restore_shows_the_broken_links_before_it_asks(story: Story) -> None:
    for step in ("restore at a terminal, refused", "restore at a terminal"):
        before, _, _ = story.said[step].err.partition("Put the restored data in place")
        assert f"{DANGLING} broken records in links" in before
    assert "is back in" in story.said["restore at a terminal"].err


def test_destroying_lists_what_is_lost_with_its_size(story: Story) -> None:
    refused, done = story.said["destroy refused"], story.said["destroy"]
    for name in ("orders", "sessions"):
        assert f"seawall:   {name}  " in refused.err
    assert "--confirm shop" in refused.err
    assert {loss["store"] for loss in done.json()["data"]["lost"]} == {"orders", "sessions"}
    assert all(loss["bytes"] > 0 for loss in done.json()["data"]["lost"])


def test_nothing_runs_after_down(story: Story) -> None:
    assert processes_in(story.command.folder.parent) == []


def test_ctrl_c_leaves_no_server_and_no_folder_behind(story: Story) -> None:
    assert story.left == set()
    assert "SW-CLI-009" in story.said["interrupted backup"].err
    assert story.said["interrupted drill"].json()["data"]["exit_code"] == 130
    assert len(story.said["backups"].json()["data"]["backups"]) == 2


def test_a_password_on_the_command_line_is_warned_of(story: Story) -> None:
    assert "env://NAME` is not" in story.said["into by word"].err
    assert "env://NAME` is not" not in story.said["into refused"].err
    assert "--confirm orders" in story.said["into refused"].err


@pytest.mark.parametrize("verb", ["status", "check", "backup"])
def test_an_unreachable_store_never_shows_its_password(seawall: Command, verb: str) -> None:
    (seawall.folder / "seawall.yaml").write_text(
        "stores:\n  a: {engine: postgres, url: env://A}\n  b: {engine: valkey, url: env://B}\n"
    )
    urls = {
        "A": f"postgres://me:{CANARY}@127.0.0.1:1/x?application_name={CANARY}",
        "B": f"redis://:{CANARY}@127.0.0.1:1/0",
    }
    done = seawall.using(**urls).run(verb, "-o", "json")
    assert done.code in {1, 3}
    assert CANARY not in done.out + done.err


def test_status_of_a_tier_of_which_a_part_answers_is_partial(seawall: Command) -> None:
    (seawall.folder / "seawall.yaml").write_text(
        "stores: {a: {engine: valkey}, b: {engine: valkey}}\n"
    )
    assert seawall.run("up", "a").code == 0
    done = seawall.run("status", "-o", "json")
    assert done.code == 5
    assert [each["reachable"] for each in done.json()["data"]["stores"]] == [True, False]
    assert "not reachable" in seawall.run("status").out
    assert seawall.run("down", "--destroy", "--confirm", "app").code == 0


def _strict(schema: Any) -> Any:
    """The same schema, but an unknown property is an error."""
    if isinstance(schema, dict):
        made = {key: _strict(value) for key, value in schema.items()}
        return made | {"additionalProperties": False} if "properties" in schema else made
    return [_strict(each) for each in schema] if isinstance(schema, list) else schema
