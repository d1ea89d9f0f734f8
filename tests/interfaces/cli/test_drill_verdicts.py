"""What a drill finds decides the exit code; a report that cannot be left is said after it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from seawall.interfaces.cli.app import GROUP
from seawall.interfaces.cli.call import Call
from seawall.interfaces.cli.verbs import drill
from seawall.model.drill import DrillReport, Level, LevelResult, State, StoreDrill, Verdict
from seawall.model.link import LinkProof
from seawall.model.manifest import Phase
from seawall.model.point import Grade, Point
from seawall.model.position import Position


def report_of(verdict: Verdict) -> DrillReport:
    state = {Verdict.VERIFIED: State.PASSED, Verdict.FAILED: State.FAILED}.get(
        verdict, State.SKIPPED
    )
    point = Point(
        "b-1", "2026-11-21T04:15:30.123456+00:00", Grade.FENCED, 1.5, 0.2, 1,
        (("orders", Position.single("0/1")), ("sessions", Position.single("abc:7"))),
    )  # fmt: skip
    phases = (Phase("build", 1.25), Phase("start", 0.5), Phase("build", 0.25))
    store = StoreDrill(
        "orders", "postgres", "18.6", "18.5", "wheel", "m/b/1", ("x: why.",), 5, 10, 3, phases
    )
    level = LevelResult("L4", Level.L4.value, "orders", state, "5 records", ("one differs",), 0.1)
    return DrillReport(
        app="shop",
        backup="b-1",
        point=point,
        started_at="2026-11-21T05:00:00+00:00",
        verdict=verdict,
        levels=(level,),
        stores=(store,),
        links=(LinkProof("a -> b", 9, 7, 2, 0, ("x",)),),
        records_proven=5,
        links_proven=7,
        rto_seconds=1.5,
        rpo_seconds=60.0,
        rto_objective=None,
        rpo_objective=900.0,
        not_tested=("your own queries",),
        machine="2 cores",
    )


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the verb with a drill that finds what the test says."""

    def run_verb(verdict: Verdict, *arguments: str) -> Result:
        class Vault:
            def manifest(self, backup: str) -> str:
                return backup

        class Work:
            tier = surroundings = None

        monkeypatch.setattr(drill, "open_vault", lambda *_: Vault())
        monkeypatch.setattr(drill, "run_drill", lambda _: report_of(verdict))
        monkeypatch.setattr(Call, "open_work", lambda *_, **__: Work())
        return CliRunner().invoke(GROUP, ["drill", *arguments], standalone_mode=False)

    return run_verb


@pytest.mark.parametrize(
    ("verdict", "code"), [(Verdict.VERIFIED, 0), (Verdict.FAILED, 1), (Verdict.INCOMPLETE, 5)]
)
def test_the_verdict_decides_the_exit_code(run: Any, verdict: Verdict, code: int) -> None:
    done = run(verdict, "-o", "json")
    assert done.return_value == code
    assert json.loads(done.stdout)["data"]["verdict"] == verdict.value


def test_the_answer_has_every_field_of_the_report_in_its_published_form(run: Any) -> None:
    data = json.loads(run(Verdict.VERIFIED, "-o", "json").stdout)["data"]
    assert list(data) == list(DrillReport.__dataclass_fields__)
    assert data["point"]["grade"] == "fenced"
    assert data["point"]["positions"] == {"orders": "0/1", "sessions": "abc:7"}
    assert data["stores"][0]["phases"] == {"build": 1.5, "start": 0.5}
    assert data["levels"][0]["state"] == "passed"
    assert data["links"] == [
        {
            "link": "a -> b",
            "checked": 9,
            "holds": 7,
            "broken_before": 2,
            "broken_by_restore": 0,
            "examples": ["x"],
            "checked_at_point": True,
        }
    ]


def test_people_see_every_level_and_the_numbers_that_matter(run: Any) -> None:
    said = run(Verdict.FAILED).stdout
    assert "L4     orders  failed" in said
    assert "one differs" in said
    for word in ("FAILED", "RTO", "RPO", "Records proven", "Links proven", "Not tested"):
        assert word in said


def test_a_report_that_cannot_be_left_is_said_after_the_verdict(run: Any, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    done = run(Verdict.VERIFIED, "--report", str(blocked))
    assert "VERIFIED" in done.stdout
    assert getattr(done.exception, "code", "") == "SW-CLI-005"
