"""L5 of a drill: links between the restored stores, against what they were at the point."""

from __future__ import annotations

import time
from collections.abc import Iterator

from seawall.capabilities import RECORDS
from seawall.errors import SeawallError
from seawall.model.drill import Level, LevelResult, State
from seawall.model.link import LinkProof
from seawall.operations.drill_store import Bench, StoreRun
from seawall.operations.links import check_link
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
    proofs: list[LinkProof] = []
    findings: list[str] = []
    unknown: list[str] = []
    try:
        checked_then = {line.link for line in _lines(recovery) if not line.values}
        for link in links:
            lines = _lines(recovery)
            before = (line.values for line in lines if line.link == link.name and line.values)
            with check_link(link, readers, bench.scratch) as checked:
                proof = checked.prove(before)
            proofs.append(proof)
            if link.name not in checked_then:
                unknown.append(f"link {link.name} was not checked at the point")
            elif proof.broken_by_restore:
                findings.append(
                    f"{link.name}: {proof.broken_by_restore} records broken by the restore,"
                    f" such as {'; '.join(proof.examples)}"
                )
    except SeawallError as error:
        findings.append(str(error))
    seconds = round(time.perf_counter() - began, 3)
    if findings:
        return _result(State.FAILED, "", tuple(findings), seconds), tuple(proofs)
    if unknown:
        return _result(State.SKIPPED, "; ".join(unknown), (), seconds), tuple(proofs)
    return _result(State.PASSED, f"{len(proofs)} links", (), seconds), tuple(proofs)


def _lines(recovery: Recovery) -> Iterator[BrokenAtPoint]:
    return read_broken_links(recovery.vault.tier_pieces(recovery.manifest))


def _result(
    state: State, detail: str, findings: tuple[str, ...] = (), seconds: float = 0.0
) -> LevelResult:
    return LevelResult("L5", Level.L5.value, "", state, detail, findings, seconds)
