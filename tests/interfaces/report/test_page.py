"""The HTML report: what it states, that it needs nothing else, and that no value can change it."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

import pytest

from interfaces.report.pages import Page
from interfaces.report.reports import (
    FAILED,
    HOSTILE,
    INCOMPLETE,
    NOT_RESTORED,
    VERIFIED,
    hostile,
)
from seawall.interfaces.report import to_html
from seawall.model.drill import DrillReport, Level

REPORTS = [VERIFIED, FAILED, INCOMPLETE, NOT_RESTORED]
AA_CONTRAST = 4.5


@pytest.mark.parametrize("report", REPORTS)
def test_states_every_level_store_link_and_number(report: DrillReport) -> None:
    text = Page(to_html(report)).text
    expected = [report.app, report.backup, report.verdict.value.capitalize(), report.machine]
    expected += ["2026-11-21 04:15:30.482 UTC", report.point.name, report.point.grade.value]
    expected += [position.text for _, position in report.point.positions]
    expected += [f"{report.records_proven:,}", f"{report.links_proven:,}", *report.not_tested]
    for result in report.levels:
        expected += [result.level, result.proves, result.detail, *result.findings]
        expected += [result.state.value, f"{result.seconds:.3f} s" if result.seconds else ""]
    for store in report.stores:
        expected += [store.name, store.engine, store.version, store.source_version, store.provider]
        expected += [store.method, *store.passed_over]
        expected += [f"{phase.seconds:.3f} s" for phase in store.phases]
    for link in report.links:
        expected += [link.link, *link.examples, f"{link.checked:,}", f"{link.holds:,}"]
        expected += [f"{link.broken_before:,}", f"{link.broken_by_restore:,}"]
    assert [each for each in expected if each not in text] == []


def test_says_what_each_link_is() -> None:
    assert Page(to_html(FAILED)).text.count("was already broken at the source") == 3
    assert Page(to_html(FAILED)).text.count("broken by the restore") > 1
    # A link that was not checked at the point cannot be blamed on the restore.
    links = tuple(replace(each, checked_at_point=False) for each in FAILED.links)
    text = Page(to_html(replace(FAILED, links=links))).text
    assert text.count("broken, not known since when") > 1
    assert "none broken by the restore" in text


@pytest.mark.parametrize(
    ("report", "told"),
    [
        (VERIFIED, ["2.9 s", "within the objective of 1 h", "within the objective of 15 min"]),
        (FAILED, ["1 h 25 min", "over the objective of 15 min", "6 broken by the restore"]),
        (INCOMPLETE, ["1 h 12 min", "over the objective of 30 min", "no objective is declared"]),
        (INCOMPLETE, ["the source ran 18.2 (Debian", "passed over: ", "not proven"]),
        (INCOMPLETE, ["51.8 ms", "212.4 ms", "L3 the engine's own check, flights: skipped"]),
        (NOT_RESTORED, ["not reached", "1 of 2 stores restored; 1.21 s", "the drill failed"]),
    ],
)
def test_holds_measures_against_what_was_asked(report: DrillReport, told: list[str]) -> None:
    text = Page(to_html(report)).text
    assert [each for each in told if each not in text] == []


@pytest.mark.parametrize("report", [*REPORTS, *(hostile(text) for text in HOSTILE)])
def test_needs_nothing_and_runs_nothing(report: DrillReport) -> None:
    page = Page(to_html(report))
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "base", "form"}
    attributes = {name for _, each in page.elements for name in each}
    assert not {name for name in attributes if name.startswith("on")} | (
        attributes & {"src", "style"}
    )
    assert all(each.startswith("#") for each in page.values("href"))
    assert not re.search(r"https?:|url\(|@import|expression", page.style)
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    policy = page.values("content")[0]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")


@pytest.mark.parametrize("report", REPORTS)
def test_is_whole_for_keyboard_and_screen_reader(report: DrillReport) -> None:
    content = to_html(report)
    page = Page(content)
    assert content.startswith("<!DOCTYPE html>")
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {each.removeprefix("#") for each in page.values("href")} <= set(ids)
    assert set(page.values("aria-labelledby")) <= set(ids)
    tags = [tag for tag, _ in page.elements]
    assert [tags.count(tag) for tag in ("header", "main", "footer", "h1")] == [1, 1, 1, 1]
    headers = [each for tag, each in page.elements if tag == "th"]
    assert all("scope" in each for each in headers)
    assert all(len(set(rows)) == 1 for rows in page.rows)
    boxes = [each for _, each in page.elements if each.get("class") == "scroll"]
    assert all(each["tabindex"] == "0" and each["aria-labelledby"] for each in boxes)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_value_becomes_markup(text: str) -> None:
    plain, bad = Page(to_html(hostile("a name"))), Page(to_html(hostile(text)))
    assert [tag for tag, _ in bad.elements if tag != "span"] == [
        tag for tag, _ in plain.elements if tag != "span"
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_value_is_endless_or_unseen(text: str) -> None:
    content = to_html(hostile(text))
    assert not re.search(
        r"[\x00-\x09\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\ud800-\udfff]", content
    )
    assert len(content.encode()) < 150_000
    if len(text) > 1200:
        assert f"({len(text):,} characters)" in content


def test_a_tier_of_nothing_is_still_a_report() -> None:
    empty = replace(
        VERIFIED, levels=(), stores=(), links=(), not_tested=(), records_proven=0, links_proven=0
    )
    text = Page(to_html(empty)).text
    assert "0 of 0 checks passed" in text
    assert "not reached" in text
    assert "no link was checked" in text


def test_each_level_has_its_column() -> None:
    page = Page(to_html(VERIFIED))
    labels = [
        each["data-label"] for tag, each in page.elements if tag == "td" and "data-label" in each
    ]
    for level in Level:
        assert labels.count(f"{level.name} {level.value}") == 3


@pytest.mark.parametrize("verdict", ["verified", "incomplete", "failed"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_enough(scheme: str, verdict: str) -> None:
    colors = _colors(Page(to_html(VERIFIED)).style, scheme, verdict)
    inks = ("ink", "quiet", "accent", "passed", "failed", "skipped", "absent", "before")
    pairs = [(ink, ground) for ink in inks for ground in ("paper", "card")]
    pairs += [("ink", "head"), ("quiet", "head"), ("on-band", "band"), ("on-band-quiet", "band")]
    weak = {pair for pair in pairs if _contrast(colors[pair[0]], colors[pair[1]]) < AA_CONTRAST}
    assert weak == set()


def _colors(style: str, scheme: str, verdict: str) -> dict[str, str]:
    light, _, rest = style.partition("@media screen and (prefers-color-scheme: dark)")
    dark = rest.partition("\n}\n")[0]
    colors: dict[str, str] = {}
    for part in (light, dark) if scheme == "dark" else (light,):
        for chosen in (":root", f".{verdict}"):
            block = re.search(rf"^\s*{re.escape(chosen)} {{(.*?)}}", part, re.DOTALL | re.MULTILINE)
            if block:
                colors |= re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block[1])
    return colors


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
