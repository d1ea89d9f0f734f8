"""What a store is made of: its collections with their options and indexes, as mongodump tells them.

The server does not tell this as of a snapshot, so it is listed before and after one is taken:
equal lists, with the collections' own identities in them, are the list of that instant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from seawall.engines.mongodb.client import AUTHORIZED, MongodbClient, read_json, write_json
from seawall.engines.mongodb.scope import is_user_data
from seawall.errors import RefusedError
from seawall.model.fingerprint import Fact

VIEW: Final = "view"
TIME_SERIES: Final = "timeseries"
ID_INDEX: Final = "_id_"
TTL: Final = "expireAfterSeconds"
# What a server adds to an index's definition by itself, or no longer does.
NOT_COMPARED: Final = frozenset({"ns", "v", "background"})


@dataclass
class Described:
    """One collection or view.

    Attributes:
        database: Its name.
        name: Its name.
        kind: `collection` or `view`.
        uuid: Its identity, hex; changes when it is dropped and created again.
        options: As `create` takes them.
        indexes: Definitions, the one of `_id` included.
    """

    database: str
    name: str
    kind: str
    uuid: str
    options: dict[str, Any]
    indexes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @property
    def is_view(self) -> bool:
        """Whether it holds no documents of its own."""
        return self.kind == VIEW

    def to_metadata(self) -> str:
        """The text of mongodump's `metadata.json`, the database's name added."""
        return write_json(
            {
                "options": self.options,
                "indexes": self.indexes,
                "uuid": self.uuid,
                "collectionName": self.name,
                "type": self.kind,
                "databaseName": self.database,
            }
        )

    @classmethod
    def from_metadata(cls, text: str) -> Described:
        """Read such a text."""
        told = read_json(text)
        return cls(
            database=told["databaseName"],
            name=told["collectionName"],
            kind=told.get("type", "collection"),
            uuid=told.get("uuid", ""),
            options=told.get("options", {}),
            indexes=told.get("indexes", []),
        )


Catalog = tuple[Described, ...]


def read_catalog(client: MongodbClient) -> Catalog:
    """List everything that belongs to the store, by name.

    Raises:
        RefusedError: SW-MONGODB-007 for a kind of collection that Seawall cannot copy.
    """
    if client.catalog is not None:
        kept: Catalog = client.catalog
        return kept
    found = [
        each for database in list_databases(client) for each in _read_database(client, database)
    ]
    return tuple(sorted(found, key=lambda each: (each.database, each.name)))


def list_databases(client: MongodbClient) -> tuple[str, ...]:
    """The store's databases."""
    if client.scope.database:
        return (client.scope.database,)
    # Without that word a server leaves out in silence what the login may not see.
    reply = client.run("admin", {"listDatabases": 1, "nameOnly": True, AUTHORIZED: False})
    names = (each["name"] for each in reply["databases"])
    return tuple(sorted(filter(client.scope.holds, names)))


def find_ttl_fields(described: Described) -> tuple[tuple[str, float], ...]:
    """(field, seconds) of everything by which documents of a collection expire."""
    found = [
        (next(iter(index["key"])), float(index[TTL]))
        for index in described.indexes
        if isinstance(index.get(TTL), int | float)
    ]
    if isinstance(described.options.get(TTL), int | float):
        found.append(("_id", float(described.options[TTL])))
    return tuple(found)


def describe_facts(client: MongodbClient, catalog: Catalog) -> Iterator[Fact]:
    """Options, views and indexes, as a fingerprint compares them."""
    for each in catalog:
        shown = client.scope.show(each.database, each.name)
        yield Fact("view" if each.is_view else "collection", shown, write_json(each.options))
        for index in each.indexes:
            told = {name: index[name] for name in sorted(index) if name not in NOT_COMPARED}
            yield Fact("index", f"{shown}.{index['name']}", write_json(told))


def _read_database(client: MongodbClient, database: str) -> Iterator[Described]:
    listed = client.run_cursor(database, {"listCollections": 1})
    for each in sorted(listed, key=lambda each: str(each["name"])):
        if not is_user_data(each["name"]):
            continue
        kind = each.get("type", "collection")
        if kind == TIME_SERIES:
            raise _cannot_copy(client, database, each["name"])
        identity = each.get("info", {}).get("uuid")
        described = Described(
            database=database,
            name=each["name"],
            kind=kind,
            uuid=bytes(identity).hex() if identity is not None and kind != VIEW else "",
            options=dict(each.get("options", {})),
        )
        described.options.pop("uuid", None)
        if not described.is_view:
            described.indexes = _read_indexes(client, described)
        yield described


def _read_indexes(client: MongodbClient, described: Described) -> list[dict[str, Any]]:
    listed = client.run_cursor(described.database, {"listIndexes": described.name})
    return sorted((dict(each) for each in listed), key=lambda each: str(each["name"]))


def collections_of(catalog: Iterable[Described]) -> Iterator[Described]:
    """Those that hold documents."""
    return (each for each in catalog if not each.is_view)


def same(before: Catalog, after: Catalog) -> bool:
    """Whether nothing was created, dropped, renamed or changed between two lists."""
    return [each.to_metadata() for each in before] == [each.to_metadata() for each in after]


def create(client: MongodbClient, described: Described) -> None:
    """Create one collection or view with its options, without indexes."""
    command: dict[str, Any] = {"create": described.name, **described.options}
    client.run(described.database, command)


def create_indexes(client: MongodbClient, described: Described) -> None:
    """Create all of a collection's indexes but the one of `_id`."""
    wanted: list[Mapping[str, Any]] = [
        {name: value for name, value in index.items() if name != "ns"}
        for index in described.indexes
        if index["name"] != ID_INDEX and not index.get("clustered")
    ]
    if wanted:
        client.run(described.database, {"createIndexes": described.name, "indexes": wanted})


def _cannot_copy(client: MongodbClient, database: str, name: str) -> RefusedError:
    return RefusedError(
        "SW-MONGODB-007",
        attempted=f"list the collections of store `{client.target.store}`",
        happened=f"{database}.{name} is a time-series collection, which cannot be copied yet.",
        hint="Name another database in the store's url, or keep the series in a store of its own.",
    )
