"""kill -9 at any moment of any verb: the next run succeeds, and nothing is left behind."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from scenarios.shop import Shop, new_shop
from seawall.servers import processes
from seawall.servers.leases import LEASES

MOMENTS = 30
VERBS = {
    "up": ("up",),
    "backup": ("backup",),
    "drill": ("drill",),
    "restore": ("restore", "--confirm", "shop"),
}


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with new_shop() as running:
        running.fill(200)
        first = running.run("backup")
        assert first.returncode == 0, first.stderr
        yield running


def cases() -> Iterator[object]:
    """A third of the moments belongs to every run, all of them to the slow one."""
    for verb in VERBS:
        for moment in range(MOMENTS):
            marks = [] if moment % 3 == 0 else [pytest.mark.slow]
            yield pytest.param(verb, moment, marks=marks, id=f"{verb}-{moment}")


@pytest.fixture(scope="module")
def lengths(shop: Shop) -> dict[str, float]:
    """How long each verb takes when nobody disturbs it."""
    taken: dict[str, float] = {}
    for verb, words in VERBS.items():
        if verb == "up":
            assert shop.run("down").returncode == 0
        began = time.monotonic()
        done = shop.run(*words)
        assert done.returncode == 0, done.stderr
        taken[verb] = time.monotonic() - began
    return taken


def left_behind(shop: Shop) -> list[str]:
    """Processes and folders that belong to no running server of the tier."""
    leases = shop.work.home / LEASES
    left = [path.name for path in leases.iterdir()] if leases.is_dir() else []
    left += [" ".join(process.cmdline()) for process in processes.inside(leases)]
    left += [path.name for path in (shop.work.home / "unfinished").iterdir()]
    left += [str(path) for path in shop.work.home.glob("servers/*/data.*")]
    return left


@pytest.mark.parametrize(("verb", "moment"), list(cases()))
def test_the_next_run_succeeds_and_nothing_is_left(
    shop: Shop, lengths: dict[str, float], verb: str, moment: int
) -> None:
    if verb == "up":
        shop.run("down")
    after = random.Random(f"{verb} {moment}").uniform(0, lengths[verb])
    with subprocess.Popen(
        [sys.executable, "-m", "seawall", *VERBS[verb]],
        cwd=shop.folder,
        env=shop.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as killed:
        try:
            killed.wait(after)
        except subprocess.TimeoutExpired:
            killed.kill()
    again = shop.run(*VERBS[verb])
    assert again.returncode == 0, again.stderr
    assert left_behind(shop) == []
    with shop.sql() as sql:
        assert sql.execute("SELECT count(*) FROM orders").fetchone() == (200,)
    verify = shop.data("verify")
    assert verify["findings"] == []
    assert verify["leftovers"] == []
