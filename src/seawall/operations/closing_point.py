"""The closing point of a backup: all stores cut at one instant.

If every store but one is held, the last one's own exact cut, taken inside the hold, is a
consistent cut of the tier: no commit elsewhere can fall around it.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from seawall.capabilities import FENCE
from seawall.capabilities.backup import BackupSession, CutAttempt
from seawall.capabilities.fence import Fence, PreparedFence
from seawall.capability import Engine
from seawall.errors import RefusedError
from seawall.model.point import Cut, Grade, Point

HOLD_ATTEMPTS = 5
PAUSE_BETWEEN_SECONDS = 0.2
BUDGET_MS = 50


@dataclass(frozen=True)
class OpenStore:
    """A store whose backup is under way."""

    name: str
    engine: Engine[Any]
    client: Any
    session: BackupSession


@dataclass(frozen=True)
class TakenPoint:
    """A point whose cuts are settled and whose views can still be read."""

    point: Point
    cuts: dict[str, Cut]
    attempts: dict[str, CutAttempt]


@dataclass(frozen=True)
class _Held:
    """The times of one hold."""

    taken_at: datetime
    hold_ms: float
    spread_ms: float


@contextmanager
def take_point(
    stores: list[OpenStore], name: str, fences: dict[str, Fence], budget_ms: int = BUDGET_MS
) -> Generator[TakenPoint]:
    """Cut all stores at one instant, again until every cut is exact.

    After HOLD_ATTEMPTS holds that ran over their budget the point is taken without a hold and
    graded `marked`.

    Args:
        stores: Stores whose bases are copied.
        name: The point's name.
        fences: What is to be held, by store; see `choose_fences`.
        budget_ms: How long writers may wait.

    Raises:
        RefusedError: SW-BACKUP-012 when no attempt gives exact cuts.
    """
    for attempt in range(1, HOLD_ATTEMPTS + 2):
        held = fences if attempt <= HOLD_ATTEMPTS else {}
        with ExitStack() as stack:
            taken = _try_point(stack, stores, name, held, budget_ms, attempt)
            if taken:
                yield taken
                return
        time.sleep(PAUSE_BETWEEN_SECONDS)
    raise RefusedError(
        "SW-BACKUP-012",
        attempted="take one exact point over all stores",
        happened=f"no cut was exact in {HOLD_ATTEMPTS + 1} attempts.",
        hint="Run the backup again at a quieter time.",
    )


def choose_fences(stores: list[OpenStore]) -> dict[str, Fence]:
    """The fences to take: every store that can be held, but one.

    The one left over is a store that cannot be held, else the file's first: its own exact cut
    inside the hold is enough.
    """
    fences: dict[str, Fence] = {}
    for store in stores:
        if store.engine.offered(FENCE):
            # Without the right to hold, a store is cut like one that cannot be held.
            with suppress(RefusedError):
                fences[store.name] = store.engine.require(FENCE, store.client)
    if len(fences) == len(stores):
        del fences[stores[0].name]
    return fences


def _try_point(
    stack: ExitStack,
    stores: list[OpenStore],
    name: str,
    fences: dict[str, Fence],
    budget_ms: int,
    attempt: int,
) -> TakenPoint | None:
    prepared = [stack.enter_context(fence.prepare()) for fence in fences.values()]
    attempts = {store.name: stack.enter_context(store.session.prepare()) for store in stores}
    # Held stores first: the unheld one's cut must lie inside everybody's hold.
    order = sorted(attempts, key=lambda store: store not in fences)
    try:
        held = _hold(prepared, [attempts[store] for store in order], len(fences), budget_ms)
    except RefusedError as error:
        if error.code != "SW-BACKUP-011":
            raise
        return None
    cuts = _settle(attempts)
    if cuts is None:
        return None
    point = Point(
        name=name,
        taken_at=held.taken_at.isoformat(timespec="microseconds"),
        grade=_grade(len(stores), len(fences)),
        hold_ms=held.hold_ms,
        spread_ms=held.spread_ms,
        attempts=attempt,
        positions=tuple((store, cut.position) for store, cut in cuts.items()),
    )
    return TakenPoint(point, cuts, attempts)


def _hold(
    fences: list[PreparedFence], attempts: list[CutAttempt], held: int, budget_ms: int
) -> _Held:
    """Hold, cut, release. Nothing here may wait for anything but one round trip."""
    moments: list[float] = []
    began = time.perf_counter()
    with ExitStack() as hold:
        for fence in fences:
            hold.enter_context(fence.hold(budget_ms))
        for attempt in attempts:
            moments.append(time.perf_counter())
            attempt.take()
        moments.append(time.perf_counter())
        taken_at = datetime.now(UTC)
    ended = time.perf_counter()
    unheld = moments[held:]
    return _Held(
        taken_at=taken_at,
        hold_ms=(ended - began) * 1000 if fences else 0.0,
        spread_ms=(unheld[-1] - unheld[0]) * 1000,
    )


def _settle(attempts: dict[str, CutAttempt]) -> dict[str, Cut] | None:
    with ThreadPoolExecutor(len(attempts)) as threads:
        waiting = {store: threads.submit(each.settle) for store, each in attempts.items()}
    settled = {store: each.result() for store, each in waiting.items()}
    exact = {store: cut for store, cut in settled.items() if cut is not None}
    return exact if len(exact) == len(attempts) else None


def _grade(stores: int, held: int) -> Grade:
    if stores == 1:
        return Grade.CERTIFIED
    return Grade.FENCED if held >= stores - 1 else Grade.MARKED
