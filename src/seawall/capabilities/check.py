"""`check`: the engine's own check of its own data."""

from __future__ import annotations

from typing import Final, Protocol

from seawall.capability import Capability


class Check(Protocol):
    """Runs the engine's integrity check on a sandbox."""

    def run(self) -> tuple[str, ...]:
        """Faults found, one sentence each; empty = clean.

        Raises:
            RefusedError: SW-DRILL-010 when the check cannot be run here, with the reason.
        """
        ...

    def covers(self) -> str:
        """What the check looks at, as one line for the report."""
        ...


CHECK: Final = Capability[Check]("check", "Run the engine's own integrity check.")
