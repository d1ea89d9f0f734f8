"""What answered: MongoDB itself, a product that stands in for it, or one the row does not know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from seawall.errors import RefusedError

MONGODB: Final = "MongoDB"
SECANTUSDB: Final = "SecantusDB"
# Fields that only one product's `buildInfo` has.
MARKS: Final = (("secantusVersion", SECANTUSDB), ("ferretdb", "FerretDB"))
SUPPORTED: Final = frozenset({MONGODB, SECANTUSDB})
VERSIONS: Final = (5.0, 8)
# What a router of a sharded cluster says in `hello`.
ROUTER: Final = "isdbgrid"


@dataclass(frozen=True)
class Server:
    """What answered.

    Attributes:
        product: `MongoDB`, or another product that speaks its protocol.
        version: MongoDB's version that it is or speaks.
        replica_set: Name of the replica set; empty for a standalone server.
        is_primary: Whether it takes writes.
        is_router: Whether it is a router of a sharded cluster.
    """

    product: str
    version: str
    replica_set: str
    is_primary: bool
    is_router: bool

    @classmethod
    def from_replies(cls, build: Mapping[str, Any], hello: Mapping[str, Any]) -> Server:
        """Recognise it by `buildInfo` and `hello`."""
        product = next((name for mark, name in MARKS if mark in build), MONGODB)
        return cls(
            product=product,
            version=str(build.get("version", "0")),
            replica_set=str(hello.get("setName", "")),
            is_primary=bool(hello.get("isWritablePrimary", hello.get("ismaster"))),
            is_router=hello.get("msg") == ROUTER,
        )

    @property
    def emulates(self) -> bool:
        """Whether another product stands in for MongoDB."""
        return self.product != MONGODB


def refuse_unsupported(store: str, server: Server) -> None:
    """Refuse what this row does not answer for.

    Raises:
        RefusedError: SW-ENGINE-003 or SW-MONGODB-001.
    """
    numbers = [int(number) for number in re.findall(r"\d+", server.version)[:2]]
    release = tuple([*numbers, 0, 0][:2])
    if server.product not in SUPPORTED or not (5, 0) <= release < (int(VERSIONS[1]) + 1, 0):
        raise RefusedError(
            "SW-ENGINE-003",
            attempted=f"use store `{store}`",
            happened=f"its server is {server.product} {server.version}.",
            hint=f"Supported: MongoDB {VERSIONS[0]:.1f} to {VERSIONS[1]:g}.",
        )
    if server.is_router:
        raise RefusedError(
            "SW-MONGODB-001",
            attempted=f"use store `{store}`",
            happened="its server is a router: a sharded cluster is many servers.",
            hint="Seawall does not back up a sharded MongoDB yet.",
        )
