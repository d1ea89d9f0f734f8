"""A drill after sessions have expired raises no alarm: they are counted apart, never as loss."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scenarios.interruptions import left_behind, prepare_shop
from scenarios.shop import COMMAND, Shop, new_shop
from seawall.capabilities import PROGRAMS
from seawall.model.drill import Verdict
from seawall.model.progress import Silent
from seawall.operations.backup import back_up
from seawall.operations.drill import run_drill
from seawall.operations.recovery import Recovery
from seawall.servers.programs import find_programs, server_program
from servers.waiting import wait_until

SESSIONS = 40
LIFE_MS = 2500
HOUR_MS = 3_600_000
DAYS = 3
# A server that checks its files knows it by its own first word, which a script does not see.
WRAPPER = """\
#!/bin/bash
export LD_PRELOAD={library} FAKETIME=+{days}d
name={program}
case "$1" in *.rdb | *.aof) exec -a "${{name%-server}}-check-${{1##*.}}" "$name" "$@" ;; esac
exec "$name" "$@"
"""


@pytest.fixture
def shop() -> Iterator[Shop]:
    with new_shop() as running:
        prepare_shop(running)
        yield running


class SessionsAtThePoint(Silent):
    """Opens short sessions as late as can be: they live at the point, and not for long."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def step(self, text: str) -> None:
        if text == "taking one point over all stores":
            with self._shop.keys() as keys:
                for number in range(SESSIONS):
                    keys.set(f"session:{number}", "user", px=LIFE_MS)


def test_sessions_that_expired_since_the_point_are_no_loss(shop: Shop) -> None:
    manifest = back_up(shop.work, shop.vault, SessionsAtThePoint(shop))
    with shop.keys() as keys:
        wait_until(lambda: not any(keys.exists(f"session:{n}") for n in range(SESSIONS)))
    report = run_drill(Recovery(shop.work, shop.vault, manifest, Silent()))
    assert report.verdict is Verdict.VERIFIED, report.levels
    assert f"store live: {SESSIONS} records expired since the point" in report.not_tested
    assert report.records_proven == sum(part.records for part in manifest.stores) - SESSIONS


def wrapped_programs(shop: Shop, library: Path) -> Path:
    """The engines' own programs in one folder, each started with the moved clock.

    Servers get a clean environment, so that only a program itself can bring the clock along.
    """
    folder = shop.folder / "moved"
    folder.mkdir(mode=0o755)
    for store in shop.work.tier.stores:
        engine = shop.work.engine(store)
        specs = engine.standalone(PROGRAMS).specs()
        programs = find_programs(engine, shop.work.surroundings)
        assert server_program(specs, programs)
        for program in programs.folder.iterdir():
            wrapper = folder / program.name
            wrapper.write_text(WRAPPER.format(library=library, days=DAYS, program=program))
            wrapper.chmod(0o755)
    return folder


@pytest.mark.slow
def test_a_drill_of_a_backup_that_is_three_days_old(shop: Shop) -> None:
    """The clock is moved for Seawall, its keeper, and every server of the drill."""
    libraries = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    if not libraries or not shutil.which("faketime"):
        pytest.skip("the distribution's faketime, which moves the clock, is not installed")
    now = int(time.time() * 1000)
    with shop.keys() as keys:
        for number in range(1, 101):
            keys.set(f"session:{number}", "user", pxat=now + number * HOUR_MS)
    assert shop.run("backup").returncode == 0
    moved = shop.environment | {
        "LD_PRELOAD": str(libraries[0]),
        "FAKETIME": f"+{DAYS}d",
        "SEAWALL_PROVIDER": str(wrapped_programs(shop, libraries[0])),
    }
    done = subprocess.run(
        [*COMMAND, "drill", "-o", "json"],
        cwd=shop.folder,
        env=moved,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    data = json.loads(done.stdout)["data"]
    assert data["verdict"] == "verified"
    # 72 of these, and the one of a quarter of an hour that the shop has.
    assert "store live: 73 records expired since the point" in data["not_tested"]
    assert data["rpo_seconds"] >= timedelta(days=DAYS).total_seconds()
    later = datetime.fromisoformat(data["started_at"]) - datetime.now(UTC)
    assert later > timedelta(days=DAYS, minutes=-5)
    assert left_behind(shop) == []
