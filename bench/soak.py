"""`make soak`: backups under load and drills of them, for hours; any alarm ends it."""

from __future__ import annotations

import os
import sys
import time

from bench.clients import WRITERS
from scenarios.shop import new_shop
from seawall.model.drill import Verdict
from seawall.model.progress import Silent
from seawall.operations.backup import back_up
from seawall.operations.drill import run_drill
from seawall.operations.recovery import Recovery


def main() -> int:
    """Run until the time is over or a drill is not verified."""
    end = time.monotonic() + float(os.environ.get("SOAK_HOURS", "2")) * 3600
    drills = 0
    with new_shop() as shop:
        shop.fill(1000)
        while time.monotonic() < end:
            with shop.writers(WRITERS):
                manifest = back_up(shop.work, shop.vault, Silent())
            report = run_drill(Recovery(shop.work, shop.vault, manifest, Silent()))
            drills += 1
            if report.verdict is not Verdict.VERIFIED:
                print(report)
                return 1
            print(f"{drills} drills verified, newest {manifest.id}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
