"""The levels of a drill: every check, and the matrix of stores and levels."""

from __future__ import annotations

from seawall.interfaces.report.facts import Check, Row
from seawall.interfaces.report.quantities import stopwatch
from seawall.interfaces.report.shown import show_name, show_sentence, show_sentences
from seawall.model.drill import DrillReport, Level, LevelResult, State, Verdict
from seawall.model.quantity import count

FIRST_LENGTH = 240
WHOLE_TIER = "whole tier"
LEVELS = tuple((level.name, level.value) for level in Level)


def list_checks(report: DrillReport) -> tuple[Check, ...]:
    """Every check, by level, then in the drill's order."""
    return tuple(_check(result) for result in sorted(report.levels, key=lambda each: each.level))


def list_rows(report: DrillReport) -> tuple[Row, ...]:
    """One row per store in the file's order, and one for the whole tier where it was asked."""
    found: dict[str, None] = dict.fromkeys(store.name for store in report.stores)
    found |= dict.fromkeys(result.store for result in report.levels if result.store)
    if any(not result.store for result in report.levels):
        found[""] = None
    return tuple(
        Row(
            show_name(store) or WHOLE_TIER,
            tuple(
                tuple(
                    _check(result)
                    for result in report.levels
                    if (result.store, result.level) == (store, name)
                )
                for name, _ in LEVELS
            ),
        )
        for store in found
    )


def tell_verdict(verdict: Verdict, checks: tuple[Check, ...]) -> str:
    """What the verdict rests on, in numbers."""
    asked = [each for each in checks if each.state is not State.ABSENT]
    passed, failed, skipped = (
        sum(each.state is state for each in asked)
        for state in (State.PASSED, State.FAILED, State.SKIPPED)
    )
    told = f"{count(passed)} of {count(len(asked), 'check')} passed"
    if failed:
        told += f", {count(failed)} failed"
    elif verdict is Verdict.INCOMPLETE:
        told += ", none failed"
    if skipped:
        told += f", {count(skipped)} skipped: what {'it asks' if skipped == 1 else 'they ask'}"
        told += " is not proven"
    return f"{told}."


def tell_first(checks: tuple[Check, ...]) -> str:
    """What failed first, else what was skipped first; empty where all passed."""
    for state in (State.FAILED, State.SKIPPED):
        for check in checks:
            if check.state is state:
                why = check.findings[0] if check.findings else check.detail
                told = f"{state.value.capitalize()} first: {check.level} {check.proves}"
                told += f", {check.where}{': ' if why else '.'}"
                return told + (why if len(why) <= FIRST_LENGTH else f"{why[:FIRST_LENGTH]}…")
    return ""


def tell_skipped(checks: tuple[Check, ...]) -> tuple[str, ...]:
    """What no level looked at because it was skipped."""
    return tuple(
        f"{check.level} {check.proves}, {check.where}: skipped, {check.detail or 'no reason given'}"
        for check in checks
        if check.state is State.SKIPPED
    )


def _check(result: LevelResult) -> Check:
    return Check(
        level=show_name(result.level),
        proves=show_sentence(result.proves),
        where=show_name(result.store) or WHOLE_TIER,
        state=result.state,
        detail=show_sentence(result.detail),
        findings=show_sentences(result.findings),
        time=stopwatch(result.seconds) if result.seconds else "",
    )
