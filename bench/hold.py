"""The hold: how long writers of the held store wait, with six writers that touch both stores."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.clients import WRITERS
from bench.measure import percentile
from seawall.model.progress import Silent
from seawall.operations.backup import back_up

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from scenarios.shop import Shop, new_shop

POINTS = 20
QUIET_SECONDS = 10


@contextmanager
def running_clients(shop: Shop, journal: Path) -> Iterator[None]:
    """The application beside us: in our own process it would wait for Python's lock."""
    command = [sys.executable, "-m", "bench.clients", str(shop.folder), str(journal)]
    with subprocess.Popen(
        command, cwd=Path(__file__).parents[1], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as clients:
        assert clients.stdin
        assert clients.stdout
        clients.stdout.readline()
        try:
            yield
        finally:
            clients.stdin.close()


def run() -> None:
    """Print the hold's percentiles and the client's, with and without backups."""
    with new_shop() as shop:
        shop.fill(1000)
        journal = shop.folder / "latencies"
        with running_clients(shop, journal):
            time.sleep(QUIET_SECONDS)
            began = time.time()
            holds = [back_up(shop.work, shop.vault, Silent()).point.hold_ms for _ in range(POINTS)]
            ended = time.time()
        lines = [tuple(map(float, line.split())) for line in journal.read_text().splitlines()]
    quiet = percentile([took for at, took in lines if at < began], 0.99) * 1000
    busy = percentile([took for at, took in lines if began <= at < ended], 0.99) * 1000
    print(
        f"hold over {POINTS} points, {WRITERS} writers: p50 {percentile(holds, 0.5):.2f} ms,"
        f" p95 {percentile(holds, 0.95):.2f} ms (goal 10 ms), max {max(holds):.2f} ms"
    )
    print(
        f"client p99 {quiet:.2f} ms without, {busy:.2f} ms with backups:"
        f" {busy / quiet:.2f} x (goal 2 x)"
    )
