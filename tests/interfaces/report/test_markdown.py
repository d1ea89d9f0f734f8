"""The Markdown report: what it states, and that no value can become a table, a link or HTML."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from interfaces.report.reports import (
    FAILED,
    HOSTILE,
    INCOMPLETE,
    NOT_RESTORED,
    VERIFIED,
    hostile,
)
from seawall.interfaces.report import to_markdown
from seawall.model.drill import DrillReport

REPORTS = [VERIFIED, FAILED, INCOMPLETE, NOT_RESTORED]
ALL = [*REPORTS, *(hostile(text) for text in HOSTILE)]


def rendered(report: DrillReport) -> list[Token]:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(to_markdown(report))


def spans(tokens: list[Token]) -> list[Token]:
    return [child for token in tokens for child in token.children or []]


def shown(report: DrillReport) -> str:
    return "\n".join(
        "".join(child.content for child in token.children or []) for token in rendered(report)
    )


@pytest.mark.parametrize("report", REPORTS)
def test_states_every_level_store_link_and_number(report: DrillReport) -> None:
    text = shown(report)
    expected = [report.app, report.backup, report.verdict.value.upper(), report.machine]
    expected += ["2026-11-21 04:15:30.482 UTC", report.point.name, report.point.grade.value]
    expected += [position.text for _, position in report.point.positions]
    expected += [f"{report.records_proven:,}", f"{report.links_proven:,}", *report.not_tested]
    for result in report.levels:
        expected += [f"{result.level} {result.proves}", result.detail, *result.findings]
    for store in report.stores:
        expected += [store.name, store.engine, store.version, store.source_version, store.method]
        expected += [*store.passed_over, *(f"{phase.seconds:.3f} s" for phase in store.phases)]
    for link in report.links:
        expected += [link.link, *link.examples, f"{link.checked:,}", f"{link.holds:,}"]
        expected += [f"{link.broken_before:,}", f"{link.broken_by_restore:,}"]
    assert [each for each in expected if each not in text] == []


@pytest.mark.parametrize("report", ALL)
def test_every_row_has_the_columns_of_its_table(report: DrillReport) -> None:
    width = 0
    tables = 0
    for line in to_markdown(report).split("\n"):
        columns = line.count("|") - 1 if line.startswith("|") else 0
        assert columns in {0, width} or width == 0, line
        tables += bool(columns and not width)
        width = columns
    drawn = [token.type for token in rendered(report)]
    assert drawn.count("table_open") == tables == (7 if report.links else 6)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_value_becomes_markup(text: str) -> None:
    bad, plain = rendered(hostile(text)), rendered(hostile("a name"))
    assert [token.type for token in bad] == [token.type for token in plain]
    kinds = {token.type for token in spans(bad)}
    assert kinds <= {"text", "text_special", "code_inline", "strong_open", "strong_close"}
    strong = [sum(t.type == "strong_open" for t in spans(tokens)) for tokens in (bad, plain)]
    assert strong[0] == strong[1]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_value_is_endless_unseen_or_a_link(text: str) -> None:
    content = to_markdown(hostile(text))
    content.encode()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e]", content)
    assert not re.search(r"https?://", re.sub(r"`[^`\n]+`", "", content))
    assert len(content) < 100_000


def test_values_read_as_they_are() -> None:
    text = shown(hostile("a_b *c* <d> | e\\f `g` [h] & 1. # $i$ ~j~"))
    assert "a_b *c* <d> | e\\f `g` [h] & 1. # $i$ ~j~" in text


def test_says_that_nothing_was_found() -> None:
    assert "No check found anything wrong." in to_markdown(VERIFIED)
    assert "No check found anything wrong." not in to_markdown(FAILED)
