"""Products and versions of the Redis family: what this row answers for, and who reads whose data.

A server writes its data in a numbered RDB format and reads every lower number. The two products
parted after number 11: Valkey reads Redis's formats up to 11 and its own from 80.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from seawall.errors import RefusedError
from seawall.model.target import Programs

REDIS: Final = "redis"
VALKEY: Final = "valkey"

REDIS_VERSIONS: Final = (6.2, 8)
VALKEY_VERSIONS: Final = (7.2, 9)

LAST_SHARED_RDB: Final = 11
FIRST_VALKEY_RDB: Final = 80
# First version that writes each format; rdb.h of each release.
REDIS_RDB: Final = (((6, 2), 9), ((7, 0), 10), ((7, 2), 11), ((7, 4), 12))
VALKEY_RDB: Final = (((7, 2), 11), ((9, 0), 80))


@dataclass(frozen=True)
class Server:
    """What answered.

    Attributes:
        product: `redis`, `valkey`, or the name of another server that speaks the protocol.
        version: Its own version text.
        is_cluster: Whether it runs in cluster mode.
    """

    product: str
    version: str
    is_cluster: bool

    @classmethod
    def from_info(cls, info: Mapping[str, str]) -> Server:
        """Recognise the server by its INFO."""
        is_cluster = info.get("cluster_enabled") == "1"
        for product in ("dragonfly", VALKEY):
            if f"{product}_version" in info:
                return cls(product, info[f"{product}_version"], is_cluster)
        return cls(info.get("server_name", REDIS), info.get("redis_version", "0"), is_cluster)

    @property
    def has_field_times(self) -> bool:
        """Whether fields of hashes can expire: since Redis 7.4 and Valkey 9.0."""
        return self.release >= ((9, 0) if self.product == VALKEY else (7, 4))

    @property
    def release(self) -> tuple[int, int]:
        """Major and minor number."""
        return parse_release(self.version)


def parse_release(version: str) -> tuple[int, int]:
    """(major, minor) of a version text."""
    numbers = [int(number) for number in re.findall(r"\d+", version)[:2]]
    major, minor = [*numbers, 0, 0][:2]
    return major, minor


def refuse_unsupported(store: str, server: Server) -> None:
    """Refuse what this row does not answer for.

    Raises:
        RefusedError: SW-ENGINE-003 or SW-REDIS-001.
    """
    ranges = {REDIS: REDIS_VERSIONS, VALKEY: VALKEY_VERSIONS}
    first, last = ranges.get(server.product, (0.0, -1.0))
    if not parse_release(str(first)) <= server.release < (int(last) + 1, 0):
        raise RefusedError(
            "SW-ENGINE-003",
            attempted=f"use store `{store}`",
            happened=f"its server is {server.product} {server.version}.",
            hint=f"Supported: Redis {REDIS_VERSIONS[0]:g} to {REDIS_VERSIONS[1]:g}, Valkey"
            f" {VALKEY_VERSIONS[0]:g} to {VALKEY_VERSIONS[1]:g}.",
        )
    if server.is_cluster:
        raise RefusedError(
            "SW-REDIS-001",
            attempted=f"use store `{store}`",
            happened="its server runs in cluster mode, where one store is many servers.",
            hint="Seawall does not back up a Redis or Valkey cluster yet.",
        )


def find_rdb_version(product: str, version: str) -> int:
    """The number of the RDB format that a server writes."""
    table = VALKEY_RDB if product == VALKEY else REDIS_RDB
    release = parse_release(version)
    return max((number for since, number in table if since <= release), default=0)


def can_read(product: str, version: str, rdb_version: int) -> bool:
    """Whether a server program reads an RDB format."""
    own = find_rdb_version(product, version)
    if product == VALKEY and LAST_SHARED_RDB < rdb_version < FIRST_VALKEY_RDB:
        return False
    return rdb_version <= own


def find_product(programs: Programs, preferred: str) -> str:
    """Which product's server a folder of programs holds; the preferred one where it has both.

    Returns an empty text where it holds none.
    """
    products = (preferred, VALKEY if preferred == REDIS else REDIS)
    return next((name for name in products if programs.program(f"{name}-server").exists()), "")
