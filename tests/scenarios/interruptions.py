"""Verbs broken off at seeded moments, and what may be left of them: nothing."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from scenarios.shop import Shop
from seawall.model.progress import Silent
from seawall.operations.up import start_tier, stop_tier
from seawall.servers import processes
from seawall.servers.leases import LEASES
from servers.waiting import wait_until

MOMENTS = 30
ORDERS = 200
PATIENCE_SECONDS = 20


def _bring_up(shop: Shop) -> None:
    start_tier(shop.work, (), Silent())


def _take_down(shop: Shop) -> None:
    stop_tier(shop.work, ())


def _put_back(shop: Shop) -> None:
    """Bring stores back that were destroyed, from the backup."""
    if not all(shop.work.local(store).has_data() for store in shop.work.tier.stores):
        restored = shop.run("restore", "--confirm", "shop")
        assert restored.returncode == 0, restored.stderr
    _bring_up(shop)


@dataclass(frozen=True)
class Act:
    """A verb to break off.

    Attributes:
        words: Its command line.
        prepare: Brings the tier to where the verb has something to do.
        code: Of an undisturbed run.
        recover: Brings the tier to where its content can be looked at.
    """

    words: tuple[str, ...]
    prepare: Callable[[Shop], None] = _bring_up
    code: int = 0
    recover: Callable[[Shop], None] = _bring_up


ACTS = {
    "up": Act(("up",), _take_down),
    "down": Act(("down",)),
    "destroy": Act(("down", "--destroy", "--confirm", "shop"), _put_back, recover=_put_back),
    "url": Act(("url", "orders")),
    "engines": Act(("engines",)),
    "status": Act(("status",)),
    "check": Act(("check",), code=1),  # the shop has dangling lines from the first
    "backup": Act(("backup",)),
    "backups": Act(("backups",)),
    "verify": Act(("verify",)),
    "drill": Act(("drill",)),
    "restore": Act(("restore", "--confirm", "shop")),
}


def cases(number: signal.Signals) -> Iterator[pytest.ParameterSet]:
    """Every verb at its seeded moments."""
    for verb in ACTS:
        for moment in moments(number):
            yield pytest.param(verb, *moment.values, marks=moment.marks, id=f"{verb}-{moment.id}")


def moments(number: signal.Signals) -> Iterator[pytest.ParameterSet]:
    """The seeded moments of one verb and signal.

    One of them belongs to every run, all of them to the slow one.
    """
    turn = 0 if number is signal.SIGKILL else 1
    for moment in range(MOMENTS):
        marks = [] if moment == turn else [pytest.mark.slow]
        yield pytest.param(moment, marks=marks, id=str(moment))


def prepare_shop(shop: Shop) -> None:
    """Give every verb something to work on."""
    shop.fill(ORDERS)
    first = shop.run("backup")
    assert first.returncode == 0, first.stderr


def measure(shop: Shop) -> dict[str, float]:
    """How many seconds each verb takes when nobody disturbs it."""
    taken: dict[str, float] = {}
    for verb, act in ACTS.items():
        act.prepare(shop)
        began = time.monotonic()
        done = shop.run(*act.words)
        assert done.returncode == act.code, done.stderr
        taken[verb] = time.monotonic() - began
        act.recover(shop)
    return taken


@dataclass(frozen=True)
class BrokenOff:
    """How a command ended that was disturbed.

    Attributes:
        code: Its exit code.
        err: What it said on standard error.
    """

    code: int
    err: str


def break_off(
    words: tuple[str, ...],
    folder: Path,
    environment: dict[str, str],
    number: signal.Signals,
    after: float,
) -> BrokenOff:
    """Run a command and send it a signal some seconds later, unless it has ended by then.

    Ctrl-C is timed from when the command has handlers: what comes before is Python's own start.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "seawall", *words],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as command:
        if number is not signal.SIGKILL:
            wait_until(lambda: command.poll() is not None or _catches(command.pid, signal.SIGTERM))
        try:
            command.wait(after)
        except subprocess.TimeoutExpired:
            command.send_signal(number)
        # A keeper that outlives a killed command holds no end of this pipe.
        _, err = command.communicate()
    return BrokenOff(command.returncode, err)


def seeded(verb: str, moment: int, length: float) -> float:
    """A moment within a verb's length, the same in every run."""
    return random.Random(f"{verb} {moment}").uniform(0, length)


def left_behind(shop: Shop) -> list[str]:
    """Whatever belongs to no running server of the tier and to no published backup.

    A port is held by a process only, so processes stand for their ports too.
    """
    home = shop.work.home
    leases = home / LEASES
    left = [path.name for path in leases.iterdir()] if leases.is_dir() else []
    left += [path.name for path in (home / "unfinished").iterdir()]
    left += [str(path) for path in home.glob("servers/*/data.*")]
    left += shop.vault.verify().leftovers
    left += [str(path) for path in (home / "repository").glob(".uploads/*")]
    return left + [" ".join(process.cmdline()) for process in strangers(shop)]


def strangers(shop: Shop) -> list[psutil.Process]:
    """Processes that work for the tier and are no part of one of its servers."""
    servers = [shop.work.local(store).process for store in shop.work.tier.stores]
    known = {
        member.pid
        for server in servers
        if server
        for member in (server, *server.children(recursive=True))
    }
    return [each for each in processes.inside(shop.folder) if each.pid not in known]


def refuse_damage(shop: Shop) -> None:
    """Every order is there and every stored byte is right."""
    _bring_up(shop)
    with shop.sql() as sql:
        assert sql.execute("SELECT count(*) FROM orders").fetchone() == (ORDERS,)
    assert shop.vault.verify().faults == ()


def _catches(pid: int, number: signal.Signals) -> bool:
    """Whether a process has a handler for a signal."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return False
    (caught,) = (int(line.split()[1], 16) for line in lines if line.startswith("SigCgt"))
    return bool(caught >> (number - 1) & 1)
