"""`restore`: collections, their documents, the oplog over them, and then indexes and views."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from seawall.capabilities.restore import Pieces
from seawall.capabilities.server import RunTool
from seawall.engines.mongodb.catalog import (
    Catalog,
    Described,
    collections_of,
    create,
    read_catalog,
)
from seawall.engines.mongodb.client import MongodbClient
from seawall.engines.mongodb.elements import BrokenBsonError, read_documents
from seawall.engines.mongodb.names import CATALOG, DATA, METADATA, OPLOG
from seawall.engines.mongodb.recipe import write_recipe
from seawall.engines.mongodb.replay import Replay
from seawall.engines.mongodb.server import keep_database, make_user
from seawall.engines.mongodb.transfer import finish, insert_all
from seawall.errors import FindingsError
from seawall.model.artifact import Role
from seawall.model.place import Place
from seawall.model.point import Cut

Details = tuple[tuple[str, str], ...]
# Options that `collMod` sets; every other one is for `create` alone.
CHANGEABLE: Final = frozenset(
    {"validator", "validationLevel", "validationAction", "changeStreamPreAndPostImages"}
)
UNSET: Final = {
    "validator": {},
    "validationLevel": "strict",
    "validationAction": "error",
    "changeStreamPreAndPostImages": {"enabled": False},
}


class MongodbRestore:
    """Loads mongodump's files into a server of its own."""

    def build(self, pieces: Pieces, place: Place, cut: Cut, details: Details, run: RunTool) -> None:
        """Make an empty server that only the place's own login enters."""
        del pieces, cut, run  # All is loaded into the running server.
        make_user(place)
        keep_database(place, dict(details).get("database", ""))

    def load(self, pieces: Pieces, place: Place, client: MongodbClient) -> None:
        """Load every document as it was, replay the oplog, then build what needs them.

        Raises:
            FindingsError: SW-MONGODB-014 when the pieces do not lead to what the cut holds.
        """
        described = dict(_read_described(pieces))
        for stem, each in described.items():
            if not each.is_view:
                create(client, each)
                self._load_documents(pieces, stem + DATA, client, each)
        if OPLOG not in pieces.names(Role.LOG):
            finish(client, _sort(described.values()))
            return
        existing = [(each.database, each.name) for each in collections_of(described.values())]
        replay = Replay(client, existing)
        replay.apply(pieces.read(OPLOG))
        catalog = _read_catalog_piece(pieces)
        _reconcile(client, catalog, place)
        finish(client, catalog)

    def recipe(self, cut: Cut, details: Details) -> str:
        """Start a server, and let mongorestore load the files."""
        return write_recipe(cut, dict(details))

    def _load_documents(
        self, pieces: Pieces, name: str, client: MongodbClient, described: Described
    ) -> None:
        try:
            documents = read_documents(pieces.read(name))
            insert_all(client, described.database, described.name, documents)
        except BrokenBsonError:
            raise _mismatched(client.target.store, f"{name} is no run of documents.") from None


def _read_described(pieces: Pieces) -> Iterator[tuple[str, Described]]:
    for role in (Role.BASE, Role.DUMP):
        for name in pieces.names(role):
            if name.endswith(METADATA):
                text = b"".join(pieces.read(name)).decode()
                yield name.removesuffix(METADATA), Described.from_metadata(text)


def _read_catalog_piece(pieces: Pieces) -> Catalog:
    lines = b"".join(pieces.read(CATALOG)).decode().splitlines()
    return _sort(map(Described.from_metadata, lines))


def _sort(described: Iterable[Described]) -> Catalog:
    return tuple(sorted(described, key=lambda each: (each.database, each.name)))


def _reconcile(client: MongodbClient, catalog: Catalog, place: Place) -> None:
    """Give collections the options they had at the cut; there must be no other ones."""
    there = {(each.database, each.name): each for each in read_catalog(client)}
    for each in collections_of(catalog):
        found = there.pop((each.database, each.name), None)
        if found is None:
            create(client, each)
            continue
        changed = {
            name: each.options.get(name, UNSET[name])
            for name in sorted(CHANGEABLE)
            if found.options.get(name) != each.options.get(name)
        }
        if changed:
            client.run(each.database, {"collMod": each.name, **changed})
    if there:
        database, name = min(there)
        raise _mismatched(place.store, f"{database}.{name} is left, which the cut does not have.")


def _mismatched(store: str, happened: str) -> FindingsError:
    return FindingsError(
        "SW-MONGODB-014",
        attempted=f"restore store `{store}`",
        happened=happened,
        hint="Restore another backup; `seawall verify` shows which are whole.",
    )
