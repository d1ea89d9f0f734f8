"""The command: top-level help and version need nothing but the standard library."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""


if __name__ == "__main__":
    main()
