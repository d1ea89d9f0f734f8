"""Memory that was freed, given back to the system while pieces pass.

Each thread frees what another one took, and glibc keeps that for the thread it came from. After four
stores were copied into a bucket at once the process kept 40 MiB more than before; with trims 15 MiB,
for no processor time that could be measured. A limit for blocks of their own (`M_MMAP_THRESHOLD`, 256
KiB) saved more and took half as much processor time again; fewer arenas (`M_ARENA_MAX`) made it worse.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from typing import Final

TRIM_BYTES: Final = 32 * 2**20
# Only glibc has it, and only glibc needs it.
_TRIM: Final = getattr(ctypes.CDLL(None), "malloc_trim", None)


def give_back(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same chunks; whenever TRIM_BYTES have passed, and at the end, memory is given back."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        yield chunk
        if size >= TRIM_BYTES:
            size = 0
            _trim()
    _trim()


def _trim() -> None:
    if _TRIM is not None:
        _TRIM(0)
