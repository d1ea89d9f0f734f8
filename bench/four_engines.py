"""Four engines backed up at once: the most memory of every verb, and its time."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from scenarios.bulk import in_bucket, running_bulk
from scenarios.measured import run_seawall
from servers.s3 import seaweedfs

STORE_BYTES: Final = 500_000_000
# What stands in for MongoDB ends its snapshots before it has read more.
DOCUMENT_BYTES: Final = 20_000_000


def run() -> None:
    """Print the peaks with a repository in a folder, and in a bucket."""
    with running_bulk(STORE_BYTES, DOCUMENT_BYTES) as folder:
        _print_peaks(folder, "in a folder")
        with seaweedfs() as server, in_bucket(folder, server):
            _print_peaks(folder, "in a bucket")


def _print_peaks(folder: Path, where: str) -> None:
    """Back up, drill and restore through the command line."""
    for words in (("backup",), ("drill",), ("restore", "--confirm", "bulk")):
        began = time.perf_counter()
        _, peak = run_seawall(folder, *words)
        seconds = time.perf_counter() - began
        print(
            f"seawall {words[0]} of four engines, 0.5 GB each but MongoDB's 20 MB (emulated),"
            f" {where}: {seconds:.1f} s, {peak} MB at most (goal 150 MB)"
        )


if __name__ == "__main__":
    run()
