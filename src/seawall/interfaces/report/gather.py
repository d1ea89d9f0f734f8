"""From a drill's report to the facts that are told of it."""

from __future__ import annotations

from seawall.interfaces.report.checks import (
    LEVELS,
    list_checks,
    list_rows,
    tell_first,
    tell_skipped,
    tell_verdict,
)
from seawall.interfaces.report.facts import (
    Check,
    Facts,
    LinkLine,
    LinkState,
    PhaseLine,
    PointLines,
    StoreLine,
)
from seawall.interfaces.report.measures import list_measures, list_tested
from seawall.interfaces.report.quantities import instant, milliseconds, size, stopwatch
from seawall.interfaces.report.shown import (
    show_name,
    show_sentence,
    show_sentences,
    show_value,
)
from seawall.model.drill import DrillReport, State, StoreDrill
from seawall.model.link import LinkProof
from seawall.model.point import Grade, Point
from seawall.model.quantity import count

MOST_EXAMPLES = 10
GRADES = {
    Grade.FENCED: "Every store was cut at this one instant: no write of one store falls between"
    " the cuts of two.",
    Grade.CERTIFIED: "One store is exact by itself; of its instant in another store it says"
    " nothing.",
    Grade.MARKED: "The stores were cut one after another: records written meanwhile may be in one"
    " store and not in another.",
    Grade.TIMED: "The stores were cut by the clock only: how far apart is not known.",
}


def gather(report: DrillReport) -> Facts:
    """Everything the report states, as texts that are safe to lay out."""
    checks = list_checks(report)
    return Facts(
        app=show_name(report.app),
        backup=show_name(report.backup),
        verdict=report.verdict,
        verdict_text=report.verdict_text,
        sentence=tell_verdict(report.verdict, checks),
        first=tell_first(checks),
        measures=list_measures(report),
        tested=list_tested(report),
        not_tested=(*show_sentences(report.not_tested), *tell_skipped(checks)),
        levels=LEVELS,
        rows=list_rows(report),
        checks=checks,
        found=tuple(each for each in checks if each.findings or each.state is State.FAILED),
        links=_links(report),
        no_links=_no_links(checks),
        stores=_stores(report),
        point=_point(report.point),
        measured=(
            ("Drill started", instant(report.started_at, "seconds")),
            ("Machine", show_sentence(report.machine)),
        ),
    )


def _links(report: DrillReport) -> tuple[LinkLine, ...]:
    return tuple(
        LinkLine(
            name=show_value(proof.link),
            state=_link_state(proof),
            checked=count(proof.checked),
            holds=count(proof.holds),
            broken_before=count(proof.broken_before),
            broken_by_restore=count(proof.broken_by_restore),
            examples=tuple(show_value(each) for each in proof.examples[:MOST_EXAMPLES]),
        )
        for proof in report.links
    )


def _link_state(proof: LinkProof) -> LinkState:
    if proof.broken_by_restore:
        return LinkState.BROKEN_BY_RESTORE if proof.checked_at_point else LinkState.UNKNOWN
    return LinkState.BROKEN_BEFORE if proof.broken_before else LinkState.HOLDS


def _no_links(checks: tuple[Check, ...]) -> str:
    told = [f"{each.state.value}: {each.detail}" for each in checks if each.level == "L5"]
    return "; ".join(told) or "no link was checked"


def _stores(report: DrillReport) -> tuple[StoreLine, ...]:
    proven = {
        each.store for each in report.levels if each.level == "L4" and each.state is State.PASSED
    }
    longest = max((phase.seconds for each in report.stores for phase in each.phases), default=0.0)
    return tuple(_store(each, longest, is_proven=each.name in proven) for each in report.stores)


def _store(store: StoreDrill, longest: float, *, is_proven: bool) -> StoreLine:
    differs = store.version != store.source_version
    return StoreLine(
        name=show_name(store.name),
        engine=show_name(store.engine),
        version=show_name(f"{store.emulator} {store.version}".strip()),
        source_version=show_name(store.source_version) if differs else "",
        provider=show_name(store.provider),
        method=show_name(store.method),
        passed_over=show_sentences(store.passed_over),
        records=count(store.records) if is_proven or store.records else "not proven",
        plain_size=size(store.bytes),
        stored_size=size(store.stored_bytes),
        phases=tuple(
            PhaseLine(
                show_name(phase.name),
                stopwatch(phase.seconds),
                round(100 * phase.seconds / longest) if longest else 0,
            )
            for phase in store.phases
        ),
    )


def _point(point: Point) -> PointLines:
    held = milliseconds(point.hold_ms) if point.hold_ms else "no writer was held"
    facts = [("Writers held for", held), ("Attempts", count(point.attempts))]
    if point.spread_ms or point.grade is Grade.MARKED:
        facts.append(("Spread between the cuts", milliseconds(point.spread_ms)))
    return PointLines(
        name=show_name(point.name),
        instant=instant(point.taken_at),
        grade=point.grade.value,
        meaning=GRADES[point.grade],
        facts=tuple(facts),
        positions=tuple(
            (show_name(store), show_value(position.text)) for store, position in point.positions
        ),
    )
