"""One stored piece of a backup."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Role(Enum):
    """What a piece is for."""

    BASE = "base"
    LOG = "log"
    DUMP = "dump"
    PROOF = "proof"


@dataclass(frozen=True)
class Artifact:
    """A piece as the manifest names it.

    Attributes:
        name: File name in the engine's own format, unique within its store: `base.tar`.
        role: What it is for.
        key: Object key in the repository.
        plain_bytes: Size before compression.
        plain_hash: BLAKE3 of the plain bytes, hex.
        stored_bytes: Size of the object.
        stored_hash: BLAKE3 of the object, hex.
    """

    name: str
    role: Role
    key: str
    plain_bytes: int
    plain_hash: str
    stored_bytes: int
    stored_hash: str
