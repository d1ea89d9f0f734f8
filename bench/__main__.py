"""`make bench`: every measurement, one after another."""

from __future__ import annotations

from bench import hold, postgres


def main() -> None:
    """Print a line for each; nothing here fails on a slow machine."""
    with postgres.filled_server() as (server, target, folder):
        for compared in postgres.run(server, target, folder):
            print(compared.line())
    hold.run()


if __name__ == "__main__":
    main()
