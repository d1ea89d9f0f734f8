"""Run a verb and measure the most memory its process had."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# The peak is the process's own: what a parent had before it began does not count.
RUN = """
import sys
from seawall.__main__ import main
try:
    main()
finally:
    status = open("/proc/self/status").read()
    peak = status.split("VmHWM:")[1].split()[0]
    print(f"peak {int(peak) * 1024 // 10**6}", file=sys.stderr)
"""


def run_seawall(folder: Path, *words: str) -> tuple[str, int]:
    """Run a verb; its output and the most memory its process had, in MB."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words],
        cwd=folder,
        env={
            **os.environ,
            "SEAWALL_HOME": str(folder / "shared"),
            "XDG_CONFIG_HOME": str(folder),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"seawall {' '.join(words)}: {done.stderr[-800:]}")
    return done.stdout, int(done.stderr.rsplit("peak ", maxsplit=1)[1])
