"""The hold: how long writers of the held store wait, with six writers that touch both stores."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from bench.measure import percentile
from seawall.model.progress import Silent
from seawall.operations.backup import back_up

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from scenarios.shop import Shop, new_shop

POINTS = 20
WRITERS = 6


def latencies(shop: Shop, stop: threading.Event) -> list[float]:
    """What one client sees: milliseconds of each write to the held store."""
    seen: list[float] = []
    with shop.keys() as keys:
        while not stop.is_set():
            began = time.perf_counter()
            keys.set("probe", "1")
            seen.append((time.perf_counter() - began) * 1000)
            time.sleep(0.001)
    return seen


def measure_client(shop: Shop, act: Callable[[], None]) -> list[float]:
    """Latencies while something else happens."""
    stop = threading.Event()
    found: list[list[float]] = []
    thread = threading.Thread(target=lambda: found.append(latencies(shop, stop)))
    thread.start()
    act()
    stop.set()
    thread.join()
    return found[0]


def run() -> None:
    """Print the hold's percentiles and the client's, with and without points."""
    with new_shop() as shop:
        shop.fill(1000)
        with shop.writers(WRITERS):
            quiet = measure_client(shop, lambda: time.sleep(10))
            holds: list[float] = []

            def points() -> None:
                holds.extend(
                    back_up(shop.work, shop.vault, Silent()).point.hold_ms for _ in range(POINTS)
                )

            busy = measure_client(shop, points)
    print(
        f"hold over {POINTS} points, {WRITERS} writers: p50 {percentile(holds, 0.5):.2f} ms,"
        f" p95 {percentile(holds, 0.95):.2f} ms (goal 10 ms), max {max(holds):.2f} ms"
    )
    before, during = percentile(quiet, 0.99), percentile(busy, 0.99)
    print(
        f"client p99 {before:.2f} ms without, {during:.2f} ms with backups: {during / before:.2f} x"
    )
