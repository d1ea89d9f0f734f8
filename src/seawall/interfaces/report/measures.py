"""The numbers that matter: RTO and RPO against their objectives, records and links proven."""

from __future__ import annotations

from seawall.interfaces.report.facts import Measure, Standing
from seawall.interfaces.report.quantities import duration
from seawall.model.drill import DrillReport, State, Verdict
from seawall.model.quantity import count

EQUAL = "content equals the fingerprint taken at the point"


def list_measures(report: DrillReport) -> tuple[Measure, ...]:
    """RTO, RPO, records proven, links proven."""
    return (_rto(report), _rpo(report), _records(report), _links(report))


def list_tested(report: DrillReport) -> tuple[str, ...]:
    """What was looked at, one sentence each."""
    proofs = report.links
    records = count(report.records_proven, "record")
    tested = [
        f"{_restored(report)} of {count(len(report.stores), 'store')} restored and answering",
        f"{records}: {EQUAL}",
    ]
    if proofs:
        checked = count(sum(proof.checked for proof in proofs), "record")
        tested.append(f"{count(len(proofs), 'link')} over {checked}: {_broken(report)}")
    return tuple(tested)


def _rto(report: DrillReport) -> Measure:
    meaning = "from nothing to all stores answering"
    took = duration(report.rto_seconds)
    stores = len(report.stores)
    restored = _restored(report)
    if stores == 0 or restored < stores:
        against = f"{restored} of {count(stores, 'store')} restored; {took} were spent"
        return Measure("RTO", "not reached", meaning, Standing.UNPROVEN, against)
    standing, against = _compare(report.rto_seconds, report.rto_objective)
    return Measure("RTO", took, meaning, standing, against)


def _rpo(report: DrillReport) -> Measure:
    standing, against = _compare(report.rpo_seconds, report.rpo_objective)
    if report.verdict is Verdict.FAILED and standing is not Standing.MISSED:
        standing, against = Standing.UNPROVEN, "not proven: the drill failed"
    meaning = "of changes that a loss would have cost"
    return Measure("RPO", duration(report.rpo_seconds), meaning, standing, against)


def _records(report: DrillReport) -> Measure:
    stores = len(report.stores)
    whole = _stores_passing(report, "L4")
    failed = _states(report, "L4").count(State.FAILED)
    against = f"{count(whole)} of {count(stores, 'store')} proven whole"
    return Measure(
        "Records proven",
        count(report.records_proven),
        EQUAL,
        _standing(_states(report, "L4"), is_whole=0 < stores == whole),
        f"{against}, {count(failed)} not equal" if failed else against,
    )


def _links(report: DrillReport) -> Measure:
    states = _states(report, "L5")
    return Measure(
        "Links proven",
        count(report.links_proven),
        f"records whose link holds, over {count(len(report.links), 'link')}",
        _standing(states, is_whole=states == [State.PASSED]),
        _broken(report) if report.links else "no link was checked",
    )


def _broken(report: DrillReport) -> str:
    known = [proof for proof in report.links if proof.checked_at_point]
    by_restore = sum(proof.broken_by_restore for proof in known)
    before = sum(proof.broken_before for proof in known)
    unknown = sum(proof.broken_by_restore for proof in report.links) - by_restore
    told = f"{count(by_restore) if by_restore else 'none'} broken by the restore"
    if before:
        told += f", {count(before)} already broken at the source"
    if unknown:
        told += f", {count(unknown)} broken, not known since when"
    return told


def _restored(report: DrillReport) -> int:
    return _stores_passing(report, "L2")


def _stores_passing(report: DrillReport, level: str) -> int:
    passed = {
        each.store for each in report.levels if each.level == level and each.state is State.PASSED
    }
    return sum(store.name in passed for store in report.stores)


def _states(report: DrillReport, level: str) -> list[State]:
    return [result.state for result in report.levels if result.level == level]


def _standing(states: list[State], *, is_whole: bool) -> Standing:
    if State.FAILED in states:
        return Standing.MISSED
    if is_whole:
        return Standing.MET
    return Standing.UNPROVEN if State.SKIPPED in states else Standing.UNASKED


def _compare(seconds: float, objective: float | None) -> tuple[Standing, str]:
    if objective is None:
        return Standing.UNASKED, "no objective is declared"
    if seconds <= objective:
        return Standing.MET, f"within the objective of {duration(objective)}"
    return Standing.MISSED, f"over the objective of {duration(objective)}"
