"""L5 of a drill: links between the restored stores, against what they were at the point."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from seawall.capabilities import RECORDS
from seawall.errors import SeawallError, UsageError
from seawall.model.drill import Level, LevelResult, State
from seawall.model.link import Link, LinkProof
from seawall.model.quantity import count
from seawall.operations.drill_store import Bench, StoreRun
from seawall.operations.links import Readers, check_link
from seawall.operations.proof import BrokenAtPoint, read_broken_links
from seawall.operations.recovery import Recovery


def prove_links(
    recovery: Recovery, runs: list[StoreRun], bench: Bench
) -> tuple[LevelResult, tuple[LinkProof, ...]]:
    """Check every link between restored stores.

    A link with an end in a store that has no backup is not checked here; the report lists it.
    """
    parts = {part.store for part in recovery.manifest.stores}
    links = [
        link
        for link in recovery.work.tier.links
        if {link.every.store, link.exists_in.store} <= parts
    ]
    if not links:
        return _result(State.ABSENT, "no link between stores with a backup is declared"), ()
    if Level.L5 not in bench.levels:
        return _result(State.SKIPPED, "turned off"), ()
    lost = [run.part.store for run in runs if run.client is None]
    if lost:
        return _result(State.SKIPPED, f"not restored: {', '.join(lost)}"), ()
    began = time.perf_counter()
    readers = {run.part.store: run.engine.require(RECORDS, run.client) for run in runs}
    found = _Found()
    try:
        checked_then = {line.link for line in _lines(recovery) if not line.values}
    except SeawallError as error:
        return _result(State.FAILED, "", (str(error),), _seconds_since(began)), ()
    for link in links:
        _prove(recovery, link, readers, bench, found, is_known=link.name in checked_then)
    return found.result(_seconds_since(began)), tuple(found.proofs)


@dataclass
class _Found:
    """What checking the links showed so far.

    Attributes:
        proofs: Of the links that could be checked.
        findings: What is wrong, one sentence each.
        unknown: Links that were not checked at the point, one sentence each.
    """

    proofs: list[LinkProof] = field(default_factory=list[LinkProof])
    findings: list[str] = field(default_factory=list[str])
    unknown: list[str] = field(default_factory=list[str])

    def result(self, seconds: float) -> LevelResult:
        """L5 as a whole: a finding fails it, a link that is not known leaves it incomplete."""
        unknown = "; ".join(self.unknown)
        if self.findings:
            return _result(State.FAILED, unknown, tuple(self.findings), seconds)
        if unknown:
            return _result(State.SKIPPED, unknown, (), seconds)
        return _result(State.PASSED, count(len(self.proofs), "link"), (), seconds)


def _prove(
    recovery: Recovery, link: Link, readers: Readers, bench: Bench, found: _Found, *, is_known: bool
) -> None:
    """Check one link; one that cannot be checked keeps no other one from being checked."""
    if not is_known:
        found.unknown.append(f"link {link.name} was not checked at the point")
    try:
        lines = _lines(recovery)
        before = (line.values for line in lines if line.link == link.name and line.values)
        with check_link(link, readers, bench.scratch) as checked:
            proof = replace(checked.prove(before), checked_at_point=is_known)
    except SeawallError as error:
        # The backup need not have what today's file says of a link that it never knew.
        if is_known or not isinstance(error, UsageError):
            found.findings.append(str(error))
        return
    found.proofs.append(proof)
    if is_known and proof.broken_by_restore:
        broken = count(proof.broken_by_restore, "record")
        examples = "; ".join(proof.examples)
        found.findings.append(f"{link.name}: {broken} broken by the restore, such as {examples}")


def _seconds_since(began: float) -> float:
    return round(time.perf_counter() - began, 3)


def _lines(recovery: Recovery) -> Iterator[BrokenAtPoint]:
    return read_broken_links(recovery.vault.tier_pieces(recovery.manifest))


def _result(
    state: State, detail: str, findings: tuple[str, ...] = (), seconds: float = 0.0
) -> LevelResult:
    return LevelResult("L5", Level.L5.value, "", state, detail, findings, seconds)
