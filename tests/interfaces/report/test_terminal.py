"""The last lines of a drill in a terminal."""

from __future__ import annotations

import re

import pytest

from interfaces.report.reports import (
    EMULATED,
    FAILED,
    HOSTILE,
    INCOMPLETE,
    NOT_RESTORED,
    VERIFIED,
    hostile,
)
from seawall.interfaces.report import summarize, to_html, to_markdown


def test_a_verified_drill_ends_with_its_numbers() -> None:
    assert summarize(VERIFIED) == [
        "VERIFIED        flights, backup b-20261121-041530-7f3a: 11 of 11 checks passed.",
        "Point           2026-11-21 04:15:30.482 UTC, fenced",
        "RTO             2.9 s (within the objective of 1 h)",
        "RPO             16.52 s (within the objective of 15 min)",
        "Records proven  394,800 (2 of 2 stores proven whole)",
        "Links proven    1,649,120 (none broken by the restore, 59,252 already broken at the source)",
        (
            "Not tested      3: store sessions: it has no backup; store live: 42 records expired since"
            " the point; your own queries (L6): none is declared"
        ),
    ]


def test_a_failed_drill_says_what_failed_first() -> None:
    assert summarize(FAILED)[1] == (
        "Failed first    L4 content equals the fingerprint taken at the point, live: collection"
        " flight has 26998 records, at the point it had 27004"
    )
    assert summarize(NOT_RESTORED)[1].startswith("Failed first    L2 restored and started, flights")


def test_an_incomplete_drill_says_what_was_skipped_first() -> None:
    lines = summarize(INCOMPLETE)
    assert lines[0].startswith("INCOMPLETE")
    assert lines[1].startswith("Skipped first   L3 the engine's own check, flights: The extension")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_value_moves_the_cursor_or_fills_the_screen(text: str) -> None:
    for line in summarize(hostile(text)):
        line.encode()
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e]", line)
        assert len(line) < 400


def test_what_another_product_has_proven_is_told_as_that() -> None:
    first, *rest = summarize(EMULATED)
    assert first.startswith("VERIFIED (EMULATED) flights, backup")
    assert rest[0].startswith("Point               2026-11-21")
    assert "stands in for valkey" in rest[-1]
    for text in (to_html(EMULATED), to_markdown(EMULATED)):
        assert "Verified (emulated)" in text
        assert "Likeness 9.1.2" in text
    assert "emulated" not in to_html(VERIFIED)
