"""The keeper of one owner's leased folders: waits for the owner to end, then clears up."""

from __future__ import annotations

import select
import sys
from pathlib import Path

from seawall.servers.leases import reap
from seawall.servers.processes import ProcessId

LOOK_SECONDS = 60


def main(home: Path, owner: ProcessId) -> None:
    """Wait until standard input is closed; meanwhile end what has lived too long."""
    while not select.select([sys.stdin.buffer], [], [], LOOK_SECONDS)[0]:
        reap(home)
    reap(home, owner)


if __name__ == "__main__":
    main(Path(sys.argv[1]), ProcessId(int(sys.argv[2]), float(sys.argv[3])))
