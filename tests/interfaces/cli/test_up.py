"""`up` when not every server starts: nothing that runs is kept silent about."""

from __future__ import annotations

import shutil

from interfaces.cli.command import Command

FILE = "stores: {orders: {engine: postgres}, sessions: {engine: valkey}}\n"


def make_tier(seawall: Command, *lost: str) -> None:
    """A stopped tier whose named stores have lost their data."""
    (seawall.folder / "seawall.yaml").write_text(FILE)
    assert seawall.run("up").code == 0
    assert seawall.run("down").code == 0
    for store in lost:
        shutil.rmtree(seawall.folder / ".seawall/servers" / store / "data")


def test_one_store_that_does_not_start_keeps_no_other_from_it_and_both_are_told(
    seawall: Command,
) -> None:
    make_tier(seawall, "orders")
    done = seawall.run("up", "-o", "json")
    assert done.code == 5
    told = done.json()["data"]
    assert told["code"] == "SW-TIER-006"
    assert told["happened"].startswith("running: sessions. Could not start the server of store")
    assert "`orders`: its data folder is gone." in told["happened"]
    assert "restore --store orders" in told["hint"]
    assert "SW-SERVER-009" in told["hint"]
    assert seawall.run("url", "sessions").code == 0
    assert seawall.run("url", "orders").code == 3


def test_when_none_starts_the_error_is_the_one_of_the_store(seawall: Command) -> None:
    make_tier(seawall, "orders", "sessions")
    done = seawall.run("up")
    assert done.code == 4
    assert "SW-SERVER-009" in done.err
