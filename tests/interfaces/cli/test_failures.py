"""Every way to fail: an exit code, a text, no traceback, no secret, nothing lost."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest

from interfaces.cli.command import FAKE_COMMAND, Command
from interfaces.cli.fake_verb import CANARY
from seawall import errors
from seawall.errors import SeawallError
from seawall.interfaces.cli.envelope import make_schema
from seawall.interfaces.cli.failure import ErrorAnswer, explain
from seawall.model.surroundings import Surroundings

NOWHERE = Surroundings("", Path("/dev/null"), Path("/dev/null"), Path("/dev/null"))


def test_an_error_says_what_was_attempted_what_happened_and_what_next(fake: Command) -> None:
    done = fake.run("fake", "refuse")
    assert (done.code, done.out) == (4, "")
    assert done.err == "error SW-TIER-001: could not do it: it is busy.\n  next: Wait.\n"


@pytest.mark.parametrize(
    "kind",
    [each for each in vars(errors).values() if isinstance(each, type)],
    ids=lambda k: k.__name__,
)
def test_a_class_of_the_tree_decides_the_exit_code(kind: type[SeawallError]) -> None:
    error = kind("SW-TIER-001", attempted="a", happened="b.", hint="c.")
    assert explain(error, NOWHERE, [], {}).exit_code == kind.exit_code


def test_a_program_gets_the_error_in_the_form_it_asked_for(fake: Command) -> None:
    done = fake.run("fake", "refuse", "-o", "json")
    assert done.code == 4
    answer = done.json()
    jsonschema_rs.validate(make_schema("error", ErrorAnswer), answer)
    assert answer["data"]["code"] == "SW-TIER-001"
    assert "schema: seawall/error/v1" in fake.run("fake", "refuse", "-o", "yaml").out


def test_an_error_after_the_answer_leaves_standard_output_one_document(fake: Command) -> None:
    done = fake.run("fake", "answer-and-refuse", "-o", "json")
    assert done.code == 4
    assert done.json()["schema"] == "seawall/fake/v1"
    assert "SW-TIER-001" in done.err


def test_an_error_never_holds_a_secret(fake: Command) -> None:
    done = fake.run("fake", "leak", "-o", "json")
    assert CANARY not in done.out + done.err
    assert "***" in done.err


def test_a_defect_shows_one_line_and_leaves_a_private_report(fake: Command) -> None:
    done = fake.run("fake", "bug")
    assert done.code == 70
    assert len(done.err.splitlines()) == 2
    assert "SW-BUG-001" in done.err
    (report,) = re.findall(r"is (\S+\.txt)\.", done.err)
    path = Path(report)
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text()
    assert "ZeroDivisionError" in text
    assert "fake bug" in text
    assert CANARY not in text + done.out + done.err


def test_a_defect_is_told_also_where_no_report_can_be_written(fake: Command) -> None:
    done = fake.using(SEAWALL_HOME="/dev/null", TMPDIR="/dev/null").run("fake", "bug")
    assert done.code == 70
    assert "SW-BUG-001" in done.err


def test_a_thread_that_dies_draws_no_traceback(fake: Command) -> None:
    done = fake.run("fake", "dying-thread")
    assert (done.code, done.err) == (0, "")


def test_a_full_disk_is_no_defect(fake: Command) -> None:
    done = fake.run("fake", "disk-full")
    assert done.code == 3
    assert "SW-CLI-008" in done.err
    assert "No space left on device" in done.err


def test_a_reader_that_goes_away_changes_no_exit_code_and_stops_no_work(fake: Command) -> None:
    for act, code in (("long", 0), ("finding", 1)):
        with fake.start("fake", act, stdout=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.close()
            assert process.stderr
            assert process.stderr.read() == ""
            assert process.wait() == code
    assert (fake.folder / "after").exists()


def test_progress_that_nobody_reads_any_more_stops_no_work(fake: Command) -> None:
    with fake.start("fake", "talk", stderr=subprocess.PIPE) as process:
        assert process.stderr
        process.stderr.close()
        assert process.wait() == 0
    assert (fake.folder / "after").exists()


def test_an_answer_that_cannot_be_written_is_said_and_partial(fake: Command) -> None:
    with Path("/dev/full").open("w") as full, fake.start("fake", "answer", stdout=full) as process:
        assert process.stderr
        assert "SW-CLI-007" in process.stderr.read()
        assert process.wait() == 5


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_closed_streams_are_no_defect(fake: Command, closed: str) -> None:
    program = " ".join(FAKE_COMMAND)
    done = fake.using("/bin/sh", "-c").run(f"{program} fake answer {closed}")
    assert (done.code, done.err) == (0, "")


def test_hostile_text_cannot_steer_the_terminal(fake: Command) -> None:
    done = fake.run("fake", "hostile")
    assert done.code == 0
    assert "\x1b" not in done.out + done.err
    assert "\\x1b[2Jwiped second" in done.out
    assert "[red]x[/red]" in done.out
    answer = fake.run("fake", "hostile", "-o", "json").json()
    assert answer["data"]["rows"] == ["\x1b[2Jwiped\nsecond", "\udcff"]


def test_a_folder_that_is_gone_is_no_defect(seawall: Command) -> None:
    program = f"{sys.executable} -m seawall"
    done = seawall.using("/bin/sh", "-c").run(f"mkdir g && cd g && rmdir ../g && {program} status")
    assert done.code in {2, 3}
    assert done.err.startswith("error SW-")
