"""Mistakes on the command line: our words, our codes, exit code 2, and a suggestion."""

from __future__ import annotations

import pytest

from interfaces.cli.command import Command

MISTAKES = [
    (["statsu"], "SW-CLI-001", "Did you mean `seawall status`?"),
    (["xyzzy"], "SW-CLI-001", "Run `seawall --help`"),
    (["help"], "SW-CLI-001", "seawall --help"),
    (["status", "--ouput", "json"], "SW-CLI-002", "Did you mean `--output`?"),
    (["down", "--destory"], "SW-CLI-002", "Did you mean `--destroy`?"),
    (["status", "-z"], "SW-CLI-002", "Run `seawall status --help`"),
    (["-o", "json", "status"], "SW-CLI-002", "Put `-o` after the verb"),
    (["--nope"], "SW-CLI-002", "Run `seawall --help`"),
    (["url"], "SW-CLI-003", "missing argument 'STORE'"),
    (["status", "--output", "xml"], "SW-CLI-003", "'xml' is not one of"),
    (["status", "extra"], "SW-CLI-003", "unexpected extra argument"),
    (["status", "-f"], "SW-CLI-003", "requires an argument"),
    (["--"], "SW-CLI-003", "missing command"),
    (["backups", "--recipe"], "SW-CLI-004", "seawall backups ID --recipe"),
]


@pytest.mark.parametrize(("arguments", "code", "text"), MISTAKES, ids=str)
def test_a_mistake_says_what_why_and_what_next(
    seawall: Command, arguments: list[str], code: str, text: str
) -> None:
    done = seawall.run(*arguments)
    assert done.code == 2
    assert bool(done.out) == ("-o" in arguments)
    first, *rest = done.err.splitlines()
    assert first.startswith(f"error {code}: could not ")
    assert rest[-1].startswith("  next: ")
    assert text in done.err


@pytest.mark.parametrize(
    "form", [["-o", "json"], ["-ojson"], ["--output=json"], ["--output", "jsonl"]]
)
def test_a_program_gets_the_mistake_as_json(seawall: Command, form: list[str]) -> None:
    done = seawall.run("status", *form, "--fil", "x")
    assert done.code == 2
    answer = done.json()
    assert answer["schema"] == "seawall/error/v1"
    assert answer["data"]["code"] == "SW-CLI-002"
    assert answer["data"]["exit_code"] == 2


def test_no_file_anywhere_is_a_mistake_that_names_init(seawall: Command) -> None:
    done = seawall.run("status")
    assert done.code == 2
    assert "SW-FILE-002" in done.err
    assert "seawall init" in done.err


def test_a_file_with_mistakes_names_all_of_them(seawall: Command) -> None:
    (seawall.folder / "seawall.yaml").write_text(
        "stores:\n  db: {engine: postgers}\n  x: {enigne: valkey}\n"
    )
    done = seawall.run("status", "-o", "json")
    assert done.code == 2
    mistakes = done.json()["data"]["mistakes"]
    assert {each["line"] for each in mistakes} == {2, 3}
    assert "seawall.yaml:2:" in done.err
    assert "seawall.yaml:3:" in done.err
    assert "postgres" in mistakes[0]["suggestion"]


def test_the_file_is_searched_upwards_and_named_on_standard_error(seawall: Command) -> None:
    (seawall.folder / "seawall.yaml").write_text("stores: {db: {engine: postgres}}\n")
    below = seawall.folder / "a" / "b"
    below.mkdir(parents=True)
    deeper = Command(below, seawall.environ)
    done = deeper.run("down", "-o", "json")
    assert done.code == 0, done.err
    assert f"using {seawall.folder}/seawall.yaml" in done.err
    assert [each["store"] for each in done.json()["data"]["stores"]] == ["db"]
