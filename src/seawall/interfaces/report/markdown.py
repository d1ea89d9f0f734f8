"""The report as Markdown: GitHub's tables, nothing else beyond the common rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from seawall.interfaces.report.checks import WHOLE_TIER
from seawall.interfaces.report.facts import Check, Facts, LinkLine, LinkState, StoreLine
from seawall.interfaces.report.gather import gather
from seawall.model.drill import DrillReport, State, Verdict

VERDICTS = {Verdict.VERIFIED: "✓", Verdict.INCOMPLETE: "△", Verdict.FAILED: "✗"}
STATES = {State.PASSED: "✓", State.FAILED: "✗", State.SKIPPED: "△", State.ABSENT: "○"}
LINKS = {
    LinkState.HOLDS: "✓",
    LinkState.BROKEN_BEFORE: "◇",
    LinkState.BROKEN_BY_RESTORE: "✗",
    LinkState.UNKNOWN: "△",
}
BAR_WIDTH = 20
NOTHING_LEFT_OUT = "Nothing was named."

# What opens a span, a link or HTML anywhere, and what opens a block at the start of a line.
SPECIAL = re.compile(r"[\\`*\[\]~$]|(?<![^\W_])_|_(?![^\W_])|:(?=//)|(?<=\bwww)\.", re.IGNORECASE)
BLOCK = re.compile(r"^(\d*)([#+=-]|(?<=\d)[.)])")
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"}
PLAIN_CODE = re.compile(r"[^`|\\]+")


def to_markdown(report: DrillReport) -> str:
    """The report as one Markdown document."""
    facts = gather(report)
    parts = (
        _head(facts),
        _bullets("What was tested", facts.tested),
        _bullets("What was not tested", facts.not_tested or (NOTHING_LEFT_OUT,)),
        _matrix(facts),
        _findings(facts.found),
        _links(facts),
        _stores(facts.stores),
        _point(facts),
        _bullets("Measured on", (f"{label}: {text}" for label, text in facts.measured)),
        _checks(facts.checks),
    )
    return "\n".join(line for part in parts for line in part).strip() + "\n"


def escape(text: str) -> str:
    """Text that Markdown shows as it is, in a sentence and in a table's cell."""
    for sign, entity in ENTITIES.items():
        text = text.replace(sign, entity)
    return SPECIAL.sub(r"\\\g<0>", text)


def start_line(text: str) -> str:
    """The same where a line starts: it stays a sentence, whatever it starts with."""
    return BLOCK.sub(r"\1\\\2", escape(text.lstrip()))


def code(text: str) -> str:
    """A name or value, as code where its signs allow it."""
    is_plain = PLAIN_CODE.fullmatch(text) and text == text.strip()
    return f"`{text}`" if is_plain else escape(text)


def _where(where: str) -> str:
    return where if where == WHOLE_TIER else code(where)


def _head(facts: Facts) -> Iterator[str]:
    sign, word = VERDICTS[facts.verdict], facts.verdict_text
    yield f"# {sign} {word.capitalize()}: drill of {code(facts.app)}"
    yield ""
    yield f"**{sign} {word.upper()}.** {escape(facts.sentence)}"
    yield ""
    if facts.first:
        yield start_line(facts.first)
        yield ""
    yield f"Backup {code(facts.backup)}, restored to {escape(facts.point.instant)}."
    yield ""
    head = ("measure", "value", "what it counts", "against")
    rows = [
        (
            f"**{each.name}**",
            f"**{escape(each.value)}**",
            escape(each.meaning),
            escape(each.against),
        )
        for each in facts.measures
    ]
    yield from _table(head, rows)


def _matrix(facts: Facts) -> Iterator[str]:
    yield from _heading("Levels")
    head = ("store", *(f"{level} {proves}" for level, proves in facts.levels))
    rows = [
        (_where(row.where), *(", ".join(_state(check) for check in cell) for cell in row.cells))
        for row in facts.rows
    ]
    yield from _table(head, rows)


def _state(check: Check) -> str:
    told = f"{STATES[check.state]} {check.state.value}"
    return f"{told}: {escape(check.why)}" if check.why else told


def _findings(found: Sequence[Check]) -> Iterator[str]:
    yield from _heading("Findings")
    if not found:
        yield "No check found anything wrong."
        yield ""
    for check in found:
        yield f"**{check.level} {escape(check.proves)}, {_where(check.where)}**"
        yield ""
        yield from (
            f"- {start_line(each)}" for each in check.findings or (check.detail or "no detail",)
        )
        yield ""


def _links(facts: Facts) -> Iterator[str]:
    yield from _heading("Links")
    if not facts.links:
        yield escape(f"No link was proven ({facts.no_links}).")
        yield ""
        return
    counts = ("checked", "holds", "broken at the source", "broken by the restore")
    head = ("link", "state", *counts, "examples")
    yield from _table(head, [_link(link) for link in facts.links], right=(2, 3, 4, 5))


def _link(link: LinkLine) -> tuple[str, ...]:
    counts = (link.checked, link.holds, link.broken_before, link.broken_by_restore)
    examples = "; ".join(code(each) for each in link.examples)
    return (code(link.name), f"{LINKS[link.state]} {link.state.value}", *counts, examples)


def _stores(stores: Sequence[StoreLine]) -> Iterator[str]:
    yield from _heading("Stores")
    head = ("store", "engine", "programs", "method", "records proven", "size", "in the repository")
    yield from _table(head, [_store(store) for store in stores], right=(4, 5, 6))
    for store in stores:
        if store.passed_over:
            yield f"Why {code(store.name)} was not backed up by a better method:"
            yield ""
            yield from (f"- {start_line(each)}" for each in store.passed_over)
            yield ""
    yield from _heading("Time by phase")
    phases = [
        (
            code(store.name),
            escape(phase.name),
            phase.time,
            "█" * round(phase.share * BAR_WIDTH / 100),
        )
        for store in stores
        for phase in store.phases
    ]
    yield from _table(("store", "phase", "time", "share of the longest"), phases, right=(2,))


def _store(store: StoreLine) -> tuple[str, ...]:
    engine = f"{escape(store.engine)} {escape(store.version)}"
    if store.source_version:
        engine += f" (source: {escape(store.source_version)})"
    sizes = (store.records, store.plain_size, store.stored_size)
    return (code(store.name), engine, escape(store.provider), code(store.method), *sizes)


def _point(facts: Facts) -> Iterator[str]:
    point = facts.point
    yield from _heading("The point")
    yield f"{code(point.name)}, {escape(point.instant)}: **{point.grade}**. {point.meaning}"
    yield ""
    yield from (f"- {label}: {text}" for label, text in point.facts)
    yield ""
    rows = [(code(store), code(position)) for store, position in point.positions]
    yield from _table(("store", "position in its log"), rows)


def _checks(checks: Sequence[Check]) -> Iterator[str]:
    yield from _heading("Every check")
    rows = [
        (
            f"{check.level} {escape(check.proves)}",
            _where(check.where),
            f"{STATES[check.state]} {check.state.value}",
            escape(check.detail),
            check.time,
        )
        for check in checks
    ]
    yield from _table(("level", "where", "state", "what was looked at", "time"), rows, right=(4,))


def _heading(title: str) -> tuple[str, ...]:
    return (f"## {title}", "")


def _bullets(title: str, sentences: Iterable[str]) -> Iterator[str]:
    yield from _heading(title)
    yield from (f"- {start_line(sentence)}" for sentence in sentences)
    yield ""


def _table(
    head: Sequence[str], rows: Sequence[Sequence[str]], right: tuple[int, ...] = ()
) -> Iterator[str]:
    """A table; cells are Markdown already, an empty one becomes a dash."""
    rules = ("--:" if column in right else "---" for column in range(len(head)))
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join(rules)} |"
    yield from (f"| {' | '.join(cell or '-' for cell in row)} |" for row in rows)
    yield ""
