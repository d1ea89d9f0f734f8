"""A restore that is killed between the swaps of two stores: the next run finishes it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from scenarios.shop import new_shop

# The command itself, killed when the second store's new data is about to take its place.
KILLED = """
import os, signal, sys
from seawall.servers.local import LocalServer
swap, swapped = LocalServer._swap, []
def strike(self, new):
    if swapped:
        os.kill(os.getpid(), signal.SIGKILL)
    swapped.append(self.store)
    swap(self, new)
LocalServer._swap = strike
sys.argv = ["seawall", "restore", "--confirm", "shop"]
from seawall.__main__ import main
main()
"""
LATER = 100


@pytest.mark.slow
def test_no_store_stays_behind_the_others() -> None:
    with new_shop() as shop:
        shop.fill(50)
        assert shop.run("backup").returncode == 0
        with shop.sql() as sql, shop.keys() as keys:
            sql.execute(
                "INSERT INTO orders SELECT n, 't' || n FROM generate_series(51, %s) n", (LATER,)
            )
            for number in range(51, LATER + 1):
                keys.set(f"token:t{number}", number)
        killed = subprocess.run(
            [sys.executable, "-c", KILLED], cwd=shop.folder, env=shop.environment, check=False
        )
        assert killed.returncode == -9
        up = shop.run("up")
        assert up.returncode == 0, up.stderr
        with shop.sql() as sql, shop.keys() as keys:
            row = sql.execute("SELECT count(*) FROM orders").fetchone()
            assert row == (50,)
            assert len(keys.keys("token:*")) == 50
        left = {path.name for path in shop.work.home.glob("servers/*/data.*")}
        assert left == set()
