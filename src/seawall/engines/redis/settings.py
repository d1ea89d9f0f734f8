"""Settings of a source that a copy must repeat, or its data could not be loaded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from seawall.engines.redis.client import RedisClient
from seawall.errors import RefusedError
from seawall.model.place import Place

# Written into the data folder, where each start of a server finds it.
DATA_SETTINGS: Final = "seawall-data.conf"
DEFAULT_DATABASES: Final = 16


@dataclass(frozen=True)
class DataSettings:
    """What the data itself needs.

    Attributes:
        databases: How many numbered databases there are.
    """

    databases: int

    @classmethod
    def read(cls, client: RedisClient) -> DataSettings:
        """Read them from a source; where CONFIG is forbidden, from the databases in use."""
        configured = read_setting(client, "databases")
        in_use = max(list_databases(client), default=0) + 1
        return cls(max(int(configured or DEFAULT_DATABASES), in_use))

    @classmethod
    def from_details(cls, details: Iterable[tuple[str, str]]) -> DataSettings:
        """Read them from a manifest."""
        return cls(int(dict(details).get("databases", DEFAULT_DATABASES)))

    def write(self, place: Place) -> None:
        """Put them into a place's data folder, before its server starts."""
        (place.data / DATA_SETTINGS).write_text(f"databases {self.databases}\n")


def read_setting(client: RedisClient, name: str) -> str:
    """One setting; empty where the server has none of that name or does not tell."""
    try:
        found = client.call("CONFIG", "GET", name)
    except RefusedError:
        return ""
    return found[1].decode(errors="replace") if found else ""


def list_databases(client: RedisClient) -> tuple[int, ...]:
    """The numbers of the databases that hold keys."""
    names = client.info("keyspace")
    return tuple(sorted(int(name[2:]) for name in names if name[2:].isdigit()))
