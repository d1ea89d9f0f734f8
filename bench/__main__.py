"""`make bench`: every measurement, one after another."""

from __future__ import annotations

from bench import buckets, fingerprints, four_engines, hold, process
from bench.copies import Copies, Peer, is_measurable
from bench.gigabyte import running_gigabyte
from bench.half_gigabyte import running_half_gigabyte
from bench.mariadb_peer import MariadbPeer
from bench.postgres_peer import PostgresPeer
from bench.running import Running


def main() -> None:
    """Print a line for each; nothing here fails on a slow machine."""
    process.print_starts()
    with running_gigabyte() as running:
        print(fingerprints.compare_with_copy(running).line())
        print_copies(running, "1 GB", PostgresPeer(running))
        process.print_memory(running.folder)
        buckets.run(running.folder)
    with running_half_gigabyte() as running:
        print_copies(running, "0.5 GB", MariadbPeer(running))
    four_engines.run()
    hold.run()


def print_copies(running: Running, size: str, peer: Peer) -> None:
    """Compare both ways of one store, where the peers can be had."""
    if not is_measurable():
        print("copies: not measured, `age` and `zstd` are not on this machine")
        return
    both = Copies(running, size, peer)
    print(both.compare_backups().line())
    print(both.compare_restores().line())


if __name__ == "__main__":
    main()
