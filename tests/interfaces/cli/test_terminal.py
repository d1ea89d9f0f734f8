"""On a real terminal: colours, live progress and questions; none of it anywhere else."""

from __future__ import annotations

import re

import pytest

from interfaces.cli.command import Command

ESCAPE = "\x1b"


def test_a_terminal_gets_a_drawn_table_and_a_pipe_plain_text(fake: Command) -> None:
    with fake.on_terminal("fake", "answer") as terminal:
        assert terminal.end() == 0
    assert ESCAPE in terminal.seen
    assert fake.run("fake", "answer").out == "NAME  SIZE\na        1\nb       22\n"


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": ""}])
@pytest.mark.parametrize("act", ["answer", "agree", "refuse"])
def test_a_terminal_that_wants_no_colour_gets_plain_text(
    fake: Command, variables: dict[str, str], act: str
) -> None:
    with fake.using(**variables).on_terminal("fake", act, "--no-input") as terminal:
        assert terminal.end() == (4 if act == "refuse" else 0)
    assert ESCAPE not in terminal.seen


def test_an_empty_no_color_counts_as_none(fake: Command) -> None:
    with fake.using(NO_COLOR="").on_terminal("fake", "answer") as terminal:
        assert terminal.end() == 0
    assert ESCAPE in terminal.seen


def test_json_on_a_terminal_has_no_colour(fake: Command) -> None:
    with fake.on_terminal("fake", "answer", "-o", "json") as terminal:
        assert terminal.end() == 0
    assert ESCAPE not in terminal.seen


@pytest.mark.parametrize(("typed", "code"), [("shop\n", 0), ("chop\n", 4), ("\n", 4), ("\x04", 4)])
def test_an_irreversible_act_asks_for_the_name(fake: Command, typed: str, code: int) -> None:
    with fake.on_terminal("fake", "confirm") as terminal:
        terminal.wait_for("Type `shop` to destroy it: ")
        terminal.type(typed)
        assert terminal.end() == code
    assert ("SW-TIER-005" in terminal.seen) == (code == 4)


def test_no_input_never_asks(fake: Command) -> None:
    with fake.on_terminal("fake", "confirm", "--no-input") as terminal:
        assert terminal.end() == 4
    assert "Type" not in terminal.seen
    assert "--confirm shop" in terminal.seen


def test_without_a_terminal_nobody_is_asked_and_typed_lines_do_not_count(fake: Command) -> None:
    done = fake.run("fake", "confirm", stdin="shop\n")
    assert done.code == 4
    assert "Type" not in done.err


def test_nobody_is_asked_when_only_the_output_is_a_terminal(fake: Command) -> None:
    piped = fake.using("/bin/sh", "-c", f"echo shop | {' '.join(fake.argv)} fake confirm")
    with piped.on_terminal() as terminal:
        assert terminal.end() == 4
    assert "Type" not in terminal.seen


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("YES\n", 0), ("n\n", 4), ("\n", 4)])
def test_a_question_in_the_middle_of_work_stops_the_drawing_meanwhile(
    fake: Command, typed: str, code: int
) -> None:
    with fake.on_terminal("fake", "agree") as terminal:
        terminal.wait_for("Go on? [y/N] ")
        asked = len(terminal.seen)
        assert _shows_cursor(terminal.seen)
        terminal.type(typed)
        assert terminal.end() == code
    drawn = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.seen[asked:])
    assert ("going on" in drawn) == (code == 0)
    assert ("SW-CLI-006" in terminal.seen) == (code == 4)
    # The cursor is shown again whatever the answer was.
    assert _shows_cursor(terminal.seen)


def _shows_cursor(seen: str) -> bool:
    """Whether live drawing, which hides the cursor, is off."""
    return seen.rfind(f"{ESCAPE}[?25h") > seen.rfind(f"{ESCAPE}[?25l")
