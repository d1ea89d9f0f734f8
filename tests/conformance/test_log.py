"""`log`: a whole log has no fault; a missing, cut or changed piece is one."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from seawall.capabilities import LOG
from seawall.capability import Engine
from seawall.model.artifact import Role
from seawall.model.target import Target
from seawall.servers.sandboxes import Sandboxes
from servers.folder import Taken, back_up
from servers.seed import Seed

COLUMN = LOG


@pytest.fixture
def taken(
    engine: Engine[Any],
    client: Any,
    target: Target,
    seed: Seed,
    sandboxes: Sandboxes,
    tmp_path: Path,
) -> Taken:
    seed.fill(target, 100)

    def change_during_the_backup(_: Any) -> None:
        seed.add(target, 101)

    with back_up(engine, client, sandboxes, tmp_path, change_during_the_backup) as taken:
        return taken


def faults(
    engine: Engine[Any], taken: Taken, folder: Path, sandboxes: Sandboxes
) -> tuple[str, ...]:
    return engine.standalone(LOG).verify(folder, taken.details, sandboxes.programs)


def copy_log(taken: Taken, folder: Path) -> list[Path]:
    paths = []
    for name in taken.pieces.names(Role.LOG):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(taken.pieces.sink.folder / name, path)
        paths.append(path)
    return paths


def test_a_whole_log_has_no_fault(
    engine: Engine[Any], taken: Taken, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    copy_log(taken, tmp_path / "log")
    assert faults(engine, taken, tmp_path / "log", sandboxes) == ()


def test_a_missing_piece_is_a_fault(
    engine: Engine[Any], taken: Taken, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    copy_log(taken, tmp_path / "log")[-1].unlink()
    assert faults(engine, taken, tmp_path / "log", sandboxes)
