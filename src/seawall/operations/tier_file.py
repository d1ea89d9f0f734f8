"""The tier's file, read by every verb; light, because most verbs need no more to begin."""

from __future__ import annotations

from pathlib import Path

from seawall import registry
from seawall.datafile import load
from seawall.model.tier import Tier


def read_tier(path: Path, environment: str = "") -> Tier:
    """Load a file, knowing every engine there is, as it is in one environment.

    Raises:
        FileMistakesError: SW-FILE-001 with every mistake of the file.
        UsageError: SW-FILE-003 when there is no file to read, SW-FILE-004 when it has no such
            environment.
    """
    return load(path, registry.names(), environment)
