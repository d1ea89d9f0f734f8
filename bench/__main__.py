"""`make bench`: every measurement, one after another."""

from __future__ import annotations

from bench import buckets, copies, fingerprints, hold, process
from bench.gigabyte import running_gigabyte


def main() -> None:
    """Print a line for each; nothing here fails on a slow machine."""
    process.print_starts()
    with running_gigabyte() as running:
        print(fingerprints.compare_with_copy(running).line())
        if copies.is_measurable():
            both = copies.Copies(running)
            print(both.compare_backups().line())
            print(both.compare_restores().line())
        else:
            print("copies: not measured, `age` and `zstd` are not on this machine")
        process.print_memory(running.folder)
        buckets.run(running.folder)
    hold.run()


if __name__ == "__main__":
    main()
