"""What one `seawall` process costs: memory, start-up, bringing servers up."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from scenarios.measured import run_seawall

STARTS = 5
TWO = "a: {engine: postgres}, b: {engine: valkey}"
# What is brought up, and its goal in seconds.
TIERS = (
    ("two engines", TWO, 6),
    ("four engines", f"{TWO}, c: {{engine: mariadb}}, d: {{engine: mongodb}}", 20),
)


def print_memory(folder: Path) -> None:
    """Back up and drill 1 GB through the command line."""
    for words in (("backup",), ("drill",)):
        began = time.perf_counter()
        output, peak = run_seawall(folder, *words, "-o", "json")
        seconds = time.perf_counter() - began
        print(f"seawall {words[0]} of 1 GB: {seconds:.1f} s, {peak} MB at most (goal 150 MB)")
        if words == ("backup",):
            _print_phases(json.loads(output)["data"])


def _print_phases(data: dict[str, object]) -> None:
    stores = data["stores"]
    assert isinstance(stores, list)
    for store in stores:
        phases = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in store["phases"].items())
        print(f"  of which {phases}")


def print_starts() -> None:
    """`up` on a machine that has the programs, and the cost of `--help`."""
    for what, stores, goal in TIERS:
        print(f"up of {what}, new data: {statistics.median(_starts(stores)):.2f} s (goal {goal} s)")
    spent: list[float] = []
    for _ in range(STARTS * 4):
        before = os.times()
        program = Path(sys.executable).with_name("seawall")
        subprocess.run([program, "--help"], capture_output=True, check=True)
        after = os.times()
        spent.append(sum(after[2:4]) - sum(before[2:4]))
    print(f"--help: {statistics.mean(spent) * 1000:.0f} ms CPU (goal 25 ms)")


def _starts(stores: str) -> Iterator[float]:
    """Seconds that `up` takes, each time with new data."""
    with tempfile.TemporaryDirectory(prefix="seawall-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        (folder / "seawall.yaml").write_text(f"{{version: 1, app: up, stores: {{{stores}}}}}\n")
        for _ in range(STARTS):
            began = time.perf_counter()
            run_seawall(folder, "up")
            yield time.perf_counter() - began
            run_seawall(folder, "down", "--destroy", "--confirm", "up")
