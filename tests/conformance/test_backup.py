"""`backup`: what is read at the cut is what the restored copy holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from seawall.capabilities import BACKUP, FINGERPRINT
from seawall.capability import Engine
from seawall.model.artifact import Role
from seawall.model.fingerprint import Fingerprint, compare
from seawall.model.target import Target
from seawall.servers import processes
from seawall.servers.sandboxes import Sandboxes
from servers.folder import back_up, restored
from servers.seed import Seed

COLUMN = BACKUP
KEY = bytes(range(32))


def test_a_restored_copy_equals_the_source_at_the_cut_while_writers_run(
    engine: Engine[Any],
    client: Any,
    target: Target,
    seed: Seed,
    sandboxes: Sandboxes,
    tmp_path: Path,
) -> None:
    seed.fill(target, 2000)

    def look(view: Any) -> Fingerprint:
        return engine.require(FINGERPRINT, view).take(KEY)

    with (
        seed.writing(target),
        back_up(engine, client, sandboxes, tmp_path, look) as taken,
    ):
        pass
    with restored(engine, sandboxes, taken) as copy:
        opened = engine.connect(copy)
        found = engine.require(FINGERPRINT, opened).take(KEY)
        opened.close()
    compared = compare(taken.at_point, found, 0)
    assert compared.differences == ()
    assert compared.proven >= 2000


def test_a_backup_leaves_no_process_and_no_folder_behind(
    engine: Engine[Any],
    client: Any,
    target: Target,
    seed: Seed,
    sandboxes: Sandboxes,
    tmp_path: Path,
) -> None:
    seed.fill(target, 10)
    with back_up(engine, client, sandboxes, tmp_path, lambda _: None) as taken:
        assert taken.pieces.names(Role.BASE) or taken.pieces.names(Role.DUMP)
    leases = sandboxes.home / "leases"
    assert [each.name for each in processes.inside(leases)] == []
    assert not leases.exists() or list(leases.iterdir()) == []
