"""The keeper of one leased folder: waits for its owner to end, then clears up."""

from __future__ import annotations

import select
import sys
from pathlib import Path

from seawall.servers.leases import sweep


def main(folder: Path, seconds: float) -> None:
    """Wait until standard input is closed or the time is over, then sweep the folder."""
    select.select([sys.stdin.buffer], [], [], seconds)
    sweep(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
