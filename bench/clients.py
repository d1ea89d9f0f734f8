"""An application of its own process: writers of both stores, and a client that times its writes.

`python -m bench.clients FOLDER SECONDS_FILE` runs until its standard input closes. It writes one
line for each write of the timing client: when it began (seconds since 1970) and how long it took.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

from seawall import registry
from seawall.datafile.file import load
from seawall.model.surroundings import Surroundings
from seawall.operations.workplace import open_workplace

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from scenarios.shop import Shop

WRITERS = 6
PAUSE_SECONDS = 0.001


def main(folder: Path, journal: Path) -> None:
    """Write and time until nobody holds the other end of standard input."""
    tier = load(folder / "seawall.yaml", registry.names())
    surroundings = Surroundings("", folder / "shared", folder / "keys", folder / "programs")
    shop = Shop(folder, open_workplace(tier, surroundings), {})
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    with shop.writers(WRITERS), shop.keys() as keys, journal.open("w") as lines:
        print("going", flush=True)
        while not stop.is_set():
            at, began = time.time(), time.perf_counter()
            keys.set("probe", "1")
            lines.write(f"{at} {time.perf_counter() - began}\n")
            time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
