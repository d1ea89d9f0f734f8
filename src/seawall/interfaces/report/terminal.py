"""The few lines that end a drill in a terminal."""

from __future__ import annotations

from seawall.interfaces.report.facts import Facts
from seawall.interfaces.report.gather import gather
from seawall.model.drill import DrillReport, Verdict
from seawall.model.quantity import count

NARROWEST = 16
LONGEST = 320


def summarize(report: DrillReport) -> list[str]:
    """Verdict, what failed first, RTO, RPO, records and links proven, what was not tested."""
    lines = _lines(gather(report))
    width = max(NARROWEST, *(len(label) + 1 for label, _ in lines))
    return [f"{label:<{width}}{_shorten(text)}" for label, text in lines]


def _lines(facts: Facts) -> list[tuple[str, str]]:
    lines = [
        (facts.verdict_text.upper(), f"{facts.app}, backup {facts.backup}: {facts.sentence}"),
        ("Point", f"{facts.point.instant}, {facts.point.grade}"),
    ]
    if facts.first and facts.verdict is not Verdict.VERIFIED:
        label, _, rest = facts.first.partition(": ")
        lines.insert(1, (label, rest))
    lines += [(each.name, f"{each.value} ({each.against})") for each in facts.measures]
    left_out = f"{count(len(facts.not_tested))}: {'; '.join(facts.not_tested)}"
    lines.append(("Not tested", left_out if facts.not_tested else "nothing was named"))
    return lines


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
