"""`claim`: data from a backup answers to the place's own login, and to no older one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from seawall.capabilities import CLAIM, RECORDS
from seawall.capability import Engine
from seawall.model.target import Target
from seawall.servers.sandboxes import Sandboxes
from servers.folder import back_up, restored
from servers.seed import Seed

COLUMN = CLAIM


def test_the_generated_login_reads_what_another_login_wrote(
    engine: Engine[Any],
    client: Any,
    target: Target,
    seed: Seed,
    sandboxes: Sandboxes,
    tmp_path: Path,
) -> None:
    seed.fill(target, 9)
    with (
        back_up(engine, client, sandboxes, tmp_path, lambda _: None) as taken,
        restored(engine, sandboxes, taken) as copy,
    ):
        assert copy.location.password != target.location.password
        opened = engine.connect(copy)
        keys = list(engine.require(RECORDS, opened).read_keys(seed.collection, ("id",)))
        opened.close()
    assert len(keys) == 9
