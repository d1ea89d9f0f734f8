"""`backup` by one snapshot: everything is read in the transaction that is the cut.

Needs no more than a login that may read. The pieces are mongodump's files.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from seawall.capabilities.backup import Sink
from seawall.capabilities.server import OpenSandbox
from seawall.engines.mongodb.catalog import Catalog, read_catalog
from seawall.engines.mongodb.client import MongodbClient
from seawall.engines.mongodb.cut import SnapshotCut, prepare_cut
from seawall.engines.mongodb.names import DATA, METADATA, Stems
from seawall.engines.mongodb.reading import read_collection
from seawall.engines.mongodb.size import refuse_too_large
from seawall.model.artifact import Role
from seawall.model.point import Cut

METHOD: Final = "mongodb/dump/1"
Details = tuple[tuple[str, str], ...]


class DumpBackup:
    """Reads everything after the cut, through the cut's own snapshot."""

    def __init__(self, client: MongodbClient) -> None:
        self._client = client

    @contextmanager
    def open(self, scratch: Path, sandbox: OpenSandbox) -> Generator[DumpSession]:
        """Begin; what is too large for a snapshot is refused at once."""
        del scratch, sandbox  # All is streamed, and read from the source itself.
        refuse_too_large(self._client)
        yield DumpSession(self._client)


class DumpSession:
    """One backup."""

    def __init__(self, client: MongodbClient) -> None:
        self._client = client
        self._stems = Stems()
        self._cut: SnapshotCut | None = None

    def copy_base(self, sink: Sink) -> None:
        """Nothing can be copied before the cut."""

    @contextmanager
    def prepare(self) -> Generator[SnapshotCut]:
        """Begin the transaction that will be the cut."""
        with prepare_cut(self._client, has_log=False) as self._cut:
            yield self._cut

    def copy_to(self, cut: Cut, sink: Sink) -> None:
        """Store everything that the cut's snapshot sees."""
        del cut  # The snapshot is the cut.
        if self._cut is None:
            msg = "no cut was prepared"
            raise RuntimeError(msg)
        reader = self._cut.reader()
        write_files(reader, read_catalog(reader), sink, self._stems, Role.DUMP)

    def details(self) -> Details:
        """Whose dump it is, and which files have short names."""
        return describe(self._client, self._stems)


def write_files(
    client: MongodbClient, catalog: Catalog, sink: Sink, stems: Stems, role: Role
) -> None:
    """Store a catalog's collections as mongodump's files, the documents as they come."""
    for each in catalog:
        stem = stems.give(each.database, each.name)
        sink.write(stem + METADATA, role, [each.to_metadata().encode()])
        if not each.is_view:
            sink.write(stem + DATA, role, read_collection(client, each))


def describe(client: MongodbClient, stems: Stems) -> Details:
    """What every backup of the row tells a restore."""
    return (
        ("product", client.server.product),
        ("version", client.server.version),
        ("database", client.scope.database),
        ("long_names", json.dumps(stems.aliases)),
    )
