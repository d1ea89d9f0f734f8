"""`restore`: a place whose data folder was built from pieces starts, once, as a mute copy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from seawall.capabilities import COLLECTIONS, RECORDS, RESTORE, STATUS
from seawall.capability import Engine
from seawall.errors import UnreachableError
from seawall.model.target import Target
from seawall.servers.sandboxes import Sandboxes
from servers.folder import back_up, restored
from servers.seed import Seed

COLUMN = RESTORE


def test_every_record_is_back(
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
        keys = list(engine.require(RECORDS, opened).read_keys(seed.collection, ("id",)))
        opened.close()
    assert sum(key.records for key in keys) == 300


def test_an_empty_store_comes_back_empty(
    engine: Engine[Any], client: Any, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    with (
        back_up(engine, client, sandboxes, tmp_path, lambda _: None) as taken,
        restored(engine, sandboxes, taken) as copy,
    ):
        opened = engine.connect(copy)
        assert engine.require(COLLECTIONS, opened).is_empty()
        opened.close()


def test_the_sources_login_is_refused_in_a_sandbox(
    engine: Engine[Any],
    client: Any,
    target: Target,
    seed: Seed,
    sandboxes: Sandboxes,
    tmp_path: Path,
) -> None:
    seed.fill(target, 1)
    with (
        back_up(engine, client, sandboxes, tmp_path, lambda _: None) as taken,
        restored(engine, sandboxes, taken) as copy,
    ):
        source = target.location
        old = copy.location.with_login(source.user, source.password)
        with pytest.raises(UnreachableError):
            engine.require(STATUS, engine.connect(Target("x", old))).read()
