"""Prove that a recorded stream is whole from its base to the cut."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from seawall.engines.redis.pieces import STREAM
from seawall.engines.redis.replication import CommandScanner
from seawall.model.target import Programs

CHUNK_BYTES: Final = 1 << 20


class RedisLog:
    """Reads `stream.aof`; no program is needed."""

    def verify(
        self,
        folder: Path,
        details: tuple[tuple[str, str], ...],
        programs: Programs | None,  # noqa: ARG002 - no program is needed
    ) -> tuple[str, ...]:
        """Length against the offsets, and every byte part of a whole command."""
        return tuple(_find_faults(folder / STREAM, dict(details)))


def _find_faults(stream: Path, details: dict[str, str]) -> Iterator[str]:
    missing = [name for name in ("base_offset", "cut_offset") if not details.get(name)]
    if missing:
        yield f"The manifest does not tell {' and '.join(missing)}."
        return
    first, last = int(details["base_offset"]), int(details["cut_offset"])
    if last < first:
        yield f"The cut at {last} lies before the base at {first}."
        return
    if not stream.is_file():
        yield f"{STREAM} is missing: nothing leads from offset {first} to the cut at {last}."
        return
    size = stream.stat().st_size
    if size != last - first:
        yield (
            f"{STREAM} has {size} bytes, but {last - first} lead from offset {first} to the cut"
            f" at {last}."
        )
    scanner = CommandScanner()
    with stream.open("rb") as content:
        while chunk := content.read(CHUNK_BYTES):
            scanner.feed(chunk)
    if scanner.describe_end():
        yield f"{STREAM} {scanner.describe_end()}."
