"""The file that `adopt` writes: every line has its reason beside it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from seawall.datafile import legal_name
from seawall.model.link import Fields
from seawall.model.quantity import count
from seawall.operations.adopt_links import Confidence, Proposal, Proposals

# What a restore is assumed to bring back until a drill has measured it: a tenth of what one disk
# gives, which an object store over a network reaches.
ASSUMED_MB_PER_SECOND = 50
# Start, checks and links come after the bytes.
ROOM = 2
START_SECONDS = 60
OBJECTIVES = (
    (300, "5m"),
    (900, "15m"),
    (1800, "30m"),
    (3600, "1h"),
    (7200, "2h"),
    (14400, "4h"),
    (28800, "8h"),
    (86400, "1d"),
)
MEGABYTE = 1_000_000
_PLAIN_END = re.compile(r"\w+(\.\w+)* \w+", re.ASCII)
# More links than these would make each drill long; the server keeps its own foreign keys anyway.
MOST_REFERENCES = 50


@dataclass(frozen=True)
class AdoptedStore:
    """What was seen of one store.

    Attributes:
        name: In the new file.
        engine: Its row.
        reference: Where its url is read; empty where it lies beside the tier's state.
        shown: Its url without the password.
        product: The product that answered.
        version: Of the server.
        size_bytes: As the server reports it.
        collections: How many; -1 where this login may not know.
        method: By which it would be backed up; empty where these rights do not allow any.
        passed_over: Why each better method is not used, with the grant that is missing.
        patterns: Guessed key patterns, by collection.
        not_seen: What could not be looked at, one sentence each.
    """

    name: str
    engine: str
    reference: str
    shown: str
    product: str
    version: str
    size_bytes: int
    collections: int
    method: str
    passed_over: tuple[str, ...]
    patterns: tuple[tuple[str, str], ...]
    not_seen: tuple[str, ...]


@dataclass(frozen=True)
class LeftOutServer:
    """A server that was found and could not be opened.

    Attributes:
        shown: Its url without a password.
        why: What happened.
        hint: What to do next.
    """

    shown: str
    why: str
    hint: str


@dataclass(frozen=True)
class Objective:
    """A proposed time to recover, and how it was computed."""

    rto: str
    arithmetic: str


def render(
    path: Path,
    stores: tuple[AdoptedStore, ...],
    links: Proposals,
    left_out: tuple[LeftOutServer, ...],
    urls: Path,
) -> str:
    """The text of the file.

    Args:
        path: Where it will lie.
        stores: What was seen.
        links: What may be promised between them.
        left_out: Servers that could not be opened.
        urls: Folder of the urls that were given as they are, one file a store.
    """
    lines = [
        "# Written by `seawall adopt`, which only read. Every key, with its meaning:",
        "# docs/reference/file.md",
        "version: 1",
        f"app: {legal_name(path.parent.name) or 'app'}",
        "",
        *_objectives(stores),
        "",
        "# Without a `repository`, backups go to .seawall/repository beside this file, on this",
        "# machine's disk. In earnest name a folder elsewhere, or an object store.",
        "backup: {base: daily, keep: {daily: 7, weekly: 4, monthly: 12}}",
        "",
        "stores:",
        *(line for store in stores for line in _store(store, urls)),
        *(line for each in left_out for line in _left_out(each)),
        *_links(links),
    ]
    return "\n".join(lines) + "\n"


def propose_objective(size_bytes: int) -> Objective:
    """The shortest usual time to recover that the size allows."""
    copying = size_bytes / MEGABYTE / ASSUMED_MB_PER_SECOND
    needed = math.ceil(ROOM * copying + START_SECONDS)
    rto = next((text for seconds, text in OBJECTIVES if needed <= seconds), "7d")
    arithmetic = (
        f"{size_bytes / MEGABYTE:,.0f} MB at {ASSUMED_MB_PER_SECOND} MB/s is {copying:,.0f} s;"
        f" {ROOM} x that and {START_SECONDS} s to start is {needed:,} s, so {rto}"
    )
    return Objective(rto, arithmetic)


def _objectives(stores: tuple[AdoptedStore, ...]) -> Iterator[str]:
    whole = propose_objective(sum(max(store.size_bytes, 0) for store in stores))
    yield "# rpo: one base a day can lose a day's changes."
    yield f"# rto: {whole.arithmetic}."
    yield "# The speed is assumed: the first drill measures it."
    yield f"objectives: {{rto: {whole.rto}, rpo: 1d}}"


def _store(store: AdoptedStore, urls: Path) -> Iterator[str]:
    held = "" if store.collections < 0 else f", {count(store.collections, 'collection')}"
    size = max(store.size_bytes, 0) / MEGABYTE
    yield _comment(f"{store.product} {store.version}, {size:,.1f} MB{held}: {store.shown}")
    if store.method:
        yield _comment(f"Backup by {store.method}.")
    else:
        yield _comment("No backup with these rights:")
    yield from (
        _comment(f"Not better: {each}" if store.method else each) for each in store.passed_over
    )
    yield from (_comment(f"Not seen: {each}") for each in store.not_seen)
    yield f"  {store.name}:"
    yield f"    engine: {store.engine}"
    yield f"    url: {_text(store.reference or f'file://{urls / store.name}')}"
    if store.patterns:
        yield "    # Guessed from the keys: mend the names, for links and reports use them."
        yield "    collections:"
        yield from (f"      {_text(name)}: {_text(text)}" for name, text in store.patterns)
    if not store.method:
        yield "    backup: none"
    yield ""


def _left_out(server: LeftOutServer) -> Iterator[str]:
    yield _comment(f"Left out: {server.shown}: {server.why} {server.hint}")
    yield ""


def _links(proposals: Proposals) -> Iterator[str]:
    between = [each for each in proposals.links if not _is_within(each)]
    within = [each for each in proposals.links if _is_within(each)]
    shown = [*between, *within[:MOST_REFERENCES]]
    if not shown:
        yield "# No link was found: see docs/reference/file.md for how to name one."
        return
    yield "# Promises between stores, checked live by `seawall check` and after each restore. Those"
    yield "# that are not certain are commented out: read the evidence, then decide."
    is_any = any(each.confidence is Confidence.CERTAIN for each in shown)
    yield "links:" if is_any else "# links:"
    for each in shown:
        mark = "" if each.confidence is Confidence.CERTAIN else "# "
        yield f"  # {each.confidence.value}: {each.evidence}"
        yield f"  {mark}- {{every: {_end(each.link.every)}, exists_in: {_end(each.link.exists_in)}}}"
    left = len(within) - MOST_REFERENCES
    if left > 0:
        yield f"  # and {count(left, 'foreign key')} more, which the server keeps itself"
    if proposals.not_looked_at:
        more = count(proposals.not_looked_at, "candidate")
        yield f"  # {more} more by name, whose values were not compared"


def _is_within(proposal: Proposal) -> bool:
    return proposal.link.every.store == proposal.link.exists_in.store


def _end(end: Fields) -> str:
    """As the short form where that can only be read one way."""
    if len(end.names) == 1 and _PLAIN_END.fullmatch(f"{end.collection} {end.names[0]}"):
        return f"{end.store}.{end.collection}.{end.names[0]}"
    fields = ", ".join(map(_text, end.names))
    return f"{{store: {end.store}, collection: {_text(end.collection)}, fields: [{fields}]}}"


def _text(text: str) -> str:
    """A YAML text that holds whatever it holds; plain where it can be."""
    is_plain = text.replace("_", "").replace(".", "").replace("-", "").isalnum()
    return text if is_plain and text.isascii() and not text[0].isdigit() else json.dumps(text)


def _comment(text: str) -> str:
    """One line, whatever a server put into its names."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return f"  # {line}"
