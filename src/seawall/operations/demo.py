"""`demo`: the whole story on real data, from an empty folder to a restored and checked tier."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from seawall import registry
from seawall.datafile.file import load
from seawall.model.drill import DrillReport
from seawall.model.progress import Progress
from seawall.model.quantity import count
from seawall.model.surroundings import Surroundings
from seawall.model.tier import Store, Tier
from seawall.operations.backup import back_up
from seawall.operations.check import CheckReport, check_tier
from seawall.operations.demo_application import (
    copy_example,
    count_writes,
    last_acknowledged,
    load_data,
    wait_for_writes,
    writers,
)
from seawall.operations.drill import run_drill
from seawall.operations.recovery import Recovery
from seawall.operations.restore import RestoreReport, restore_here
from seawall.operations.up import destroy_tier, start_tier
from seawall.operations.vault import create_key, open_vault
from seawall.operations.workplace import Workplace, open_workplace
from seawall.servers import processes
from seawall.servers.local import DATA
from seawall.servers.programs import install_hint, list_programs

WRITES_BETWEEN: Final = 200
# The application runs without these stores; the others it cannot do without.
OPTIONAL: Final = frozenset({"weather", "reference"})


@dataclass(frozen=True)
class LeftOutStore:
    """A store of the example that the demo does without, since its programs are not here.

    Attributes:
        store: Its name.
        engine: Its row.
        links: How many links went with it.
        hint: The command that brings its programs.
    """

    store: str
    engine: str
    links: int
    hint: str

    @property
    def sentence(self) -> str:
        """The same for people."""
        links = f" and {count(self.links, 'link')}" if self.links else ""
        return f"store {self.store}{links}: no programs of {self.engine} are here. {self.hint}"


@dataclass(frozen=True)
class DemoReport:
    """What the demo showed.

    Attributes:
        drill: The drill's own report.
        restore: What the restore did.
        check: The tier after it.
        writes: Acknowledged while the backup ran.
        lost_store: Whose server was killed and whose data was deleted.
        left_out: Stores that the demo did without; the drill's report names them too.
    """

    drill: DrillReport
    restore: RestoreReport
    check: CheckReport
    writes: int
    lost_store: str
    left_out: tuple[LeftOutStore, ...]


def run_demo(
    example: Path, folder: Path, surroundings: Surroundings, progress: Progress
) -> DemoReport:
    """Start, load, back up under writers, lose a disk, drill, restore, check, destroy.

    Args:
        example: The packaged example.
        folder: Where it all happens; removed by the caller.
        surroundings: With homes and keys that belong to the demo alone.
        progress: Told what goes on.
    """
    copy_example(example, folder)
    whole = load(folder / "seawall.yaml", registry.names())
    left_out = find_left_out(whole, surroundings)
    for each in left_out:
        progress.step(f"leaving out {each.sentence}")
    tier = without(whole, left_out)
    create_key(tier, surroundings)
    work = open_workplace(tier, surroundings)
    try:
        return _tell(work, folder, left_out, progress)
    finally:
        destroy_tier(work, ())


def find_left_out(tier: Tier, surroundings: Surroundings) -> tuple[LeftOutStore, ...]:
    """The stores that the demo has to do without on this machine."""
    return tuple(
        LeftOutStore(
            store.name,
            store.engine,
            sum(store.name in {link.every.store, link.exists_in.store} for link in tier.links),
            install_hint(registry.load(store.engine)),
        )
        for store in tier.stores
        if store.name in OPTIONAL and not _has_programs(store, surroundings)
    )


def without(tier: Tier, left_out: tuple[LeftOutStore, ...]) -> Tier:
    """The tier without these stores and the links that name them."""
    gone = {each.store for each in left_out}
    return replace(
        tier,
        stores=tuple(store for store in tier.stores if store.name not in gone),
        links=tuple(
            link for link in tier.links if not gone & {link.every.store, link.exists_in.store}
        ),
    )


def _has_programs(store: Store, surroundings: Surroundings) -> bool:
    return next(list_programs(registry.load(store.engine), surroundings), None) is not None


def _tell(
    work: Workplace, folder: Path, left_out: tuple[LeftOutStore, ...], progress: Progress
) -> DemoReport:
    start_tier(work, (), progress)
    progress.step("loading the example's data")
    load_data(work, folder)
    vault = open_vault(work.tier, work.surroundings)
    with writers(work, folder) as journal:
        wait_for_writes(journal, WRITES_BETWEEN)
        before = count_writes(journal)
        manifest = back_up(work, vault, progress)
        writes = count_writes(journal) - before
        wait_for_writes(journal, count_writes(journal) + WRITES_BETWEEN)
        lost = work.tier.stores[0].name
        progress.step(f"killing the server of {lost} and deleting its data")
        _lose(work, lost)
    recovery = Recovery(work, vault, manifest, progress)
    drill = run_drill(recovery, lost_at=last_acknowledged(journal))
    not_tested = (*(f"left out: {each.sentence}" for each in left_out), *drill.not_tested)
    restored = restore_here(recovery, (), work.tier.app, lambda _: None)
    progress.step("checking the restored tier")
    return DemoReport(
        drill=replace(drill, not_tested=not_tested),
        restore=restored,
        check=check_tier(work),
        writes=writes,
        lost_store=lost,
        left_out=left_out,
    )


def _lose(work: Workplace, name: str) -> None:
    """What a broken disk does: the process is gone, and so is the data."""
    (store,) = work.choose((name,))
    server = work.local(store)
    process = server.process
    if process:
        processes.kill_tree(process)
    shutil.rmtree(server.folder / DATA)
