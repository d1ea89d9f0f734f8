"""Names of pieces: mongodump's own file names, written with characters that every store takes.

mongodump escapes a collection's name as a URL's query does (`a b$` is `a+b%24`). A piece's name is
that file name with every other byte written as `=25`, so that one line of shell undoes it. What is
too long for a piece gets a short name, and the manifest tells which file it is.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Final
from urllib.parse import quote_plus

DATA: Final = ".bson"
METADATA: Final = ".metadata.json"
OPLOG: Final = "oplog.bson"
CATALOG: Final = "catalog.json"
LONGEST_PIECE: Final = 120 - len(METADATA)
# mongodump's own limits, of a file name without its ending.
LONGEST_FILE: Final = 238
KEPT_OF_LONG: Final = 208
_PLAIN: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+@,-")
_FIRST: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")


def file_stem(database: str, collection: str) -> str:
    """Where mongodump puts a collection, without the ending."""
    escaped = quote_plus(collection, safe="")
    if len(escaped) > LONGEST_FILE:
        # Not for security: it is how mongodump names such a file.
        digest = hashlib.sha1(collection.encode(), usedforsecurity=False).digest()
        short = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        escaped = f"{escaped[:KEPT_OF_LONG]}%24{short}"
    return f"{database}/{escaped}"


class Stems:
    """The pieces' names of one backup."""

    def __init__(self) -> None:
        self.aliases: dict[str, str] = {}

    def give(self, database: str, collection: str) -> str:
        """The name of a collection's pieces, without the ending."""
        stem = file_stem(database, collection)
        parts = stem.split("/")
        written = "/".join(map(_write, parts))
        starts_well = all(part.encode()[0] in _FIRST for part in parts)
        if len(written) <= LONGEST_PIECE and starts_well:
            return written
        # No written name has an `=` that no two hexadecimal digits follow.
        alias = f"long=/{len(self.aliases) + 1:06d}"
        self.aliases[alias] = stem
        return alias


def _write(part: str) -> str:
    return "".join(
        chr(byte) if byte in _PLAIN else f"={byte:02X}"
        for byte in part.encode(errors="surrogateescape")
    )
