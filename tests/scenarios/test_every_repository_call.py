"""A backup that is struck at a call of its repository: each call, by an error, Ctrl-C and kill -9."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from faults.objects import FaultyObjects
from scenarios.interruptions import left_behind, prepare_shop, refuse_damage
from scenarios.shop import Shop, new_shop
from seawall.model.progress import Silent
from seawall.operations.backup import back_up
from servers.waiting import wait_until

# The command itself, over a repository that strikes at one of its calls.
STRUCK = """
import os, signal, sys
from faults.objects import FaultyObjects, Moment, fail, kill
from seawall.operations import vault
strikes = {"fail": fail, "kill": kill, "ctrl-c": lambda: os.kill(os.getpid(), signal.SIGINT)}
at, moment, strike = int(sys.argv[1]), Moment(sys.argv[2]), strikes[sys.argv[3]]
create = vault.create_objects
vault.create_objects = lambda url: FaultyObjects(create(url), at=at, moment=moment, strike=strike)
sys.argv = ["seawall", "backup"]
from seawall.__main__ import main
main()
"""
CODES = {
    "fail": {3},
    "ctrl-c": {130, -signal.SIGINT, 0},  # 0: it came when nothing was left to stop
    "kill": {-signal.SIGKILL},
}
MOMENTS = ("before", "during", "after")


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with new_shop() as running:
        prepare_shop(running)
        path = f"{Path(__file__).parents[1]}"
        yield replace(running, environment=running.environment | {"PYTHONPATH": path})


@pytest.fixture(scope="module")
def calls(shop: Shop) -> int:
    """How many calls an undisturbed backup makes."""
    counted = FaultyObjects(shop.vault.objects)
    back_up(shop.work, replace(shop.vault, objects=counted), Silent())
    return len(counted.calls)


PARTS = 20


def parts() -> Iterator[object]:
    """One part of the kills and failures belongs to every run, everything to the slow one.

    Ctrl-C ends a command in every run at other moments: `test_ctrl_c.py`.
    """
    for strike in CODES:
        for part in range(PARTS):
            marks = [pytest.mark.slow] if part or strike == "ctrl-c" else []
            yield pytest.param(strike, part, marks=marks, id=f"{strike}-{part}")


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("strike", "part"), list(parts()))
def test_the_next_backup_succeeds_and_nothing_is_left(
    shop: Shop, calls: int, strike: str, part: int
) -> None:
    assert calls > 20
    for at in range(1 + part, calls + 1, PARTS):
        moment = MOMENTS[at // PARTS % len(MOMENTS)]
        ended = subprocess.run(
            [sys.executable, "-c", STRUCK, str(at), moment, strike],
            cwd=shop.folder,
            env=shop.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        # Calls on the way back are made after the strike, and a stream may have ended by then.
        assert ended.returncode in CODES[strike] | {0}, (at, moment, ended.stderr)
        assert "Traceback" not in ended.stderr
        assert "SW-BUG" not in ended.stderr
        again = shop.run("backup")
        assert again.returncode == 0, (at, moment, again.stderr)
        wait_until(lambda: left_behind(shop) == [])
    refuse_damage(shop)
