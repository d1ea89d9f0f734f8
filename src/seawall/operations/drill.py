"""`drill`: restore a backup into mute sandboxes and prove it, level by level."""

from __future__ import annotations

import os
import platform
import time
from contextlib import ExitStack
from datetime import UTC, datetime

import psutil

from seawall.model.drill import DrillReport, Level, LevelResult, State, judge
from seawall.model.link import LinkProof
from seawall.operations.drill_links import prove_links
from seawall.operations.drill_store import Bench, StoreRun
from seawall.operations.recovery import Recovery
from seawall.operations.together import together
from seawall.servers.leases import lease

ALL_LEVELS = frozenset(Level)


def run_drill(
    recovery: Recovery,
    levels: frozenset[Level] = ALL_LEVELS,
    lost_at: datetime | None = None,
) -> DrillReport:
    """Restore a backup into sandboxes, all at once, and ask every level's question.

    Args:
        recovery: The backup and its surroundings.
        levels: Levels that are run; one that is left out is reported as skipped.
        lost_at: When the tier was lost, for the achieved RPO; None means now.

    Raises:
        RefusedError: SW-RESTORE-003 when the disk has no room for the sandboxes.
    """
    started = datetime.now(UTC)
    recovery.refuse_full_disk()
    manifest, progress = recovery.manifest, recovery.progress
    with ExitStack() as stack:
        bench = Bench(stack, stack.enter_context(lease(recovery.work.home, "drill")), levels)
        runs = [StoreRun(recovery, part, bench) for part in manifest.stores]
        progress.step("L0 manifests and hashes")
        tier = [_check_chain(recovery, levels)]
        together(runs, StoreRun.check_hashes)
        progress.step("L1 logs")
        together(runs, StoreRun.check_log)
        progress.step("L2 restoring into sandboxes")
        began = time.perf_counter()
        together(runs, StoreRun.restore)
        rto_seconds = time.perf_counter() - began
        progress.step("L3 the engines' own checks")
        together(runs, StoreRun.check_engine)
        progress.step("L4 fingerprints")
        together(runs, StoreRun.compare_content)
        progress.step("L5 links")
        result, proofs = prove_links(recovery, runs, bench)
        tier.append(result)
    results = tuple(sorted([*tier, *_all_results(runs)], key=lambda each: each.level))
    rpo = (lost_at or started) - datetime.fromisoformat(manifest.point.taken_at)
    return DrillReport(
        app=manifest.app,
        backup=manifest.id,
        point=manifest.point,
        started_at=started.isoformat(timespec="seconds"),
        verdict=judge(results),
        levels=(*results, _own_queries()),
        stores=tuple(run.report() for run in runs),
        links=proofs,
        records_proven=sum(run.proven for run in runs),
        links_proven=sum(proof.holds for proof in proofs),
        rto_seconds=round(rto_seconds, 3),
        rpo_seconds=round(max(rpo.total_seconds(), 0.0), 3),
        rto_objective=recovery.work.tier.objectives.rto_seconds,
        rpo_objective=recovery.work.tier.objectives.rpo_seconds,
        not_tested=_not_tested(recovery, runs, proofs),
        machine=describe_machine(),
    )


def describe_machine() -> str:
    """What the times of a report were measured on."""
    memory = round(psutil.virtual_memory().total / 2**30)
    return f"{os.cpu_count()} cores, {memory} GiB, {platform.system()} {platform.release()}"


def _check_chain(recovery: Recovery, levels: frozenset[Level]) -> LevelResult:
    """L0 over the tier: the chain of manifests, and the pieces that belong to no store."""
    began = time.perf_counter()
    if Level.L0 not in levels:
        return LevelResult("L0", Level.L0.value, "", State.SKIPPED, "turned off", (), 0.0)
    vault = recovery.vault
    faults = (*vault.chain_faults(), *vault.piece_faults(recovery.manifest.tier_artifacts))
    state = State.FAILED if faults else State.PASSED
    seconds = round(time.perf_counter() - began, 3)
    return LevelResult("L0", Level.L0.value, "", state, "the chain of manifests", faults, seconds)


def _own_queries() -> LevelResult:
    return LevelResult("L6", Level.L6.value, "", State.ABSENT, "no query is declared", (), 0.0)


def _all_results(runs: list[StoreRun]) -> list[LevelResult]:
    return [result for run in runs for result in run.results]


def _not_tested(
    recovery: Recovery, runs: list[StoreRun], proofs: tuple[LinkProof, ...]
) -> tuple[str, ...]:
    missing = [f"store {name}: it has no backup" for name in recovery.manifest.not_backed_up]
    # The cut and the fingerprint may leave out the same.
    left_out = dict.fromkeys(
        f"store {run.part.store}: {why}" for run in runs for why in run.not_tested
    )
    seen = {proof.link for proof in proofs}
    declared = recovery.work.tier.links
    links = [f"link {each.name}: not checked" for each in declared if each.name not in seen]
    return (*missing, *left_out, *links, "your own queries (L6): none is declared")
