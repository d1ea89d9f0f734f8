"""The promise: what is restored is what the source held at the cut, whatever was written around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.mariadb.harness import (
    ACCOUNTS,
    METHODS,
    Load,
    ask,
    back_up,
    fingerprint,
    opened,
    restored,
)
from engines.mariadb.seed import run_sql
from seawall.model.fingerprint import compare
from seawall.model.target import Target
from seawall.servers.sandboxes import Sandboxes

BACKUPS = 5


# Every run takes one point by the first method: the conformance suite's.
@pytest.mark.slow
@METHODS
def test_five_backups_with_writers_running_are_restored_exactly(
    target: Target, sandboxes: Sandboxes, tmp_path: Path, method: str
) -> None:
    run_sql(target, ACCOUNTS)
    load = Load(target)
    takens = []

    def go_on() -> None:
        seen = load.commits
        run_sql(target, "FLUSH BINARY LOGS")
        while load.commits < seen + 30 and not load.failures:
            run_sql(target, "DO SLEEP(0.01)")

    with load.running():
        for number in range(BACKUPS):
            taken = back_up(target, sandboxes, tmp_path / str(number), method, go_on)
            takens.append(taken)
    for taken in takens:
        with restored(sandboxes, taken) as copy, opened(copy) as client:
            compared = compare(taken.at_point, fingerprint(client), 0)
            assert ask(copy, "SELECT sum(balance) FROM accounts") == 200_000
        assert compared.differences == ()
        assert compared.proven > 200
