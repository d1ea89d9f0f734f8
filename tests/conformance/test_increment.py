"""`increment`: what changed since an earlier backup is enough, and builds on no other history."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from seawall.capabilities import BACKUP, FINGERPRINT, INCREMENT
from seawall.capability import Engine
from seawall.model.fingerprint import Fingerprint, compare
from seawall.model.target import Target
from seawall.servers.sandboxes import Sandboxes
from servers.folder import FolderSink, Taken, part_of, restored, take
from servers.seed import Seed

COLUMN = INCREMENT
KEY = bytes(range(32))


def test_a_copy_restored_from_an_increment_equals_the_source_at_its_cut_while_writers_run(
    engine: Engine[Any],
    client: Any,
    target: Target,
    seed: Seed,
    sandboxes: Sandboxes,
    tmp_path: Path,
) -> None:
    seed.fill(target, 50_000)

    def look(view: Any) -> Fingerprint:
        return engine.require(FINGERPRINT, view).take(KEY)

    with seed.writing(target):
        whole = _take_whole(engine, client, sandboxes, tmp_path / "whole", look)
        seed.change(target)
        taken = _take_changes(engine, client, sandboxes, tmp_path / "changes", look, whole)
    assert _bytes(taken) < 0.8 * _bytes(whole)
    with restored(engine, sandboxes, taken) as copy:
        opened = engine.connect(copy)
        compared = compare(taken.at_point, engine.require(FINGERPRINT, opened).take(KEY), 0)
        (offer,) = engine.offers(INCREMENT.name)
        assert offer.make
        changes: Any = offer.make(opened)
        # The copy counts the positions of the source on, for changes of its own.
        assert changes.refusal(part_of(whole, engine.name))
        assert changes.refusal(part_of(taken, engine.name))
        opened.close()
    assert compared.differences == ()
    assert compared.proven >= 50_000


def _take_whole(
    engine: Engine[Any], client: Any, sandboxes: Sandboxes, folder: Path, look: Any
) -> Taken:
    chosen = engine.choose(BACKUP, client)
    with tempfile.TemporaryDirectory() as scratch:
        opened = chosen.implementation.open(Path(scratch), sandboxes)
        return take(opened, FolderSink(folder), chosen.method, look)


def _take_changes(
    engine: Engine[Any], client: Any, sandboxes: Sandboxes, folder: Path, look: Any, earlier: Taken
) -> Taken:
    chosen = engine.choose(INCREMENT, client)
    part = part_of(earlier, engine.name)
    assert chosen.implementation.refusal(part) == ""
    with tempfile.TemporaryDirectory() as scratch:
        opened = chosen.implementation.open(part, Path(scratch), sandboxes)
        return take(opened, FolderSink(folder), chosen.method, look, (earlier.pieces,))


def _bytes(taken: Taken) -> int:
    return sum(piece.plain_bytes for piece in part_of(taken, "").bases)
