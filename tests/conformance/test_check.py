"""`check`: the engine finds a whole copy whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from seawall.capabilities import CHECK
from seawall.capability import Engine
from seawall.model.target import Target
from seawall.servers.sandboxes import Sandboxes
from servers.folder import back_up, restored
from servers.seed import Seed

COLUMN = CHECK


def test_a_restored_copy_has_no_fault(
    engine: Engine[Any],
    client: Any,
    target: Target,
    seed: Seed,
    sandboxes: Sandboxes,
    tmp_path: Path,
) -> None:
    seed.fill(target, 300)
    with (
        back_up(engine, client, sandboxes, tmp_path, lambda _: None) as taken,
        restored(engine, sandboxes, taken) as copy,
    ):
        opened = engine.connect(copy)
        check = engine.require(CHECK, opened)
        assert check.run() == ()
        assert check.covers()
        opened.close()
