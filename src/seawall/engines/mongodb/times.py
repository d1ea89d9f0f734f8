"""Cluster times: positions in the oplog."""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from seawall.engines.mongodb.elements import TIMESTAMP, Element


class ClusterTime(NamedTuple):
    """A place in a replica set's oplog, ordered.

    Attributes:
        seconds: Since 1970.
        ordinal: Counts within the second, from 1.
    """

    seconds: int
    ordinal: int

    def __str__(self) -> str:
        return f"{self.seconds}:{self.ordinal}"

    @classmethod
    def parse(cls, text: str) -> ClusterTime:
        """Read `seconds:ordinal`, as `mongorestore --oplogLimit` takes it."""
        seconds, _, ordinal = text.partition(":")
        return cls(int(seconds), int(ordinal))

    @classmethod
    def of(cls, element: Element | None) -> ClusterTime | None:
        """A timestamp field's time; None where it is none."""
        if element is None or element.kind != TIMESTAMP:
            return None
        ordinal, seconds = struct.unpack("<II", element.value)
        return cls(seconds, ordinal)

    def value(self) -> bytes:
        """As BSON stores it."""
        return struct.pack("<II", self.ordinal, self.seconds)

    def before(self, seconds: int) -> ClusterTime:
        """A time that is some seconds earlier."""
        return ClusterTime(max(0, self.seconds - seconds), 0)


BEGINNING: Final = ClusterTime(0, 0)
