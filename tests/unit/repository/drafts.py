"""Small backups for the tests of the repository."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

from seawall.model.artifact import Artifact, Role
from seawall.model.manifest import FORMAT, Manifest, StoreBackup
from seawall.model.point import Cut, Grade, Point
from seawall.model.position import Position
from seawall.repository import catalog
from seawall.repository.objects import Objects
from seawall.repository.sink import ArtifactSink, read_back

Contents = Mapping[str, Mapping[str, bytes]]
"""Store -> piece -> plain bytes."""

SHOP: Contents = {
    "orders": {"base.tar": b"order " * 300_000, "log/0001": b"wal " * 40_000},
    "sessions": {"base.rdb": b"session " * 9_000},
}


def content_of(size: int) -> bytes:
    """Bytes that compress to about a half, the same ones each time."""
    source = random.Random(size)
    return b"".join(source.randbytes(64) + b"seawall " * 8 for _ in range(size // 128 + 1))[:size]


def in_chunks(content: bytes, size: int = 300_000) -> Iterator[bytes]:
    """A stream of one content."""
    for start in range(0, len(content), size):
        yield content[start : start + size]


def store_pieces(
    objects: Objects, backup: str, contents: Contents, recipients: tuple[str, ...] = ()
) -> dict[str, tuple[Artifact, ...]]:
    """Store the pieces of every store, without publishing them."""
    stored: dict[str, tuple[Artifact, ...]] = {}
    for store, pieces in contents.items():
        sink = ArtifactSink(objects, backup, store, recipients)
        for name, content in pieces.items():
            sink.write(name, Role.BASE, in_chunks(content))
        stored[store] = sink.artifacts
    return stored


def draft(
    backup: str, stored: Mapping[str, tuple[Artifact, ...]], recipients: tuple[str, ...] = ()
) -> Manifest:
    """A manifest that is not published yet."""
    cut = Cut(Position.single("0/1"), exact=True)
    parts = tuple(
        StoreBackup(
            store=store,
            engine="postgres",
            server_version="18.6",
            method="base/1",
            passed_over=(),
            cut=cut,
            details=(("timeline", "1"),),
            records=3,
            fingerprint_why="",
            artifacts=artifacts,
            phases=(),
        )
        for store, artifacts in stored.items()
    )
    return Manifest(
        format=FORMAT,
        number=0,
        id=backup,
        app="shop",
        created_at="2026-11-21T04:15:30+00:00",
        previous="",
        writer="0.1.0",
        recipients=recipients,
        point=Point(backup, "2026-11-21T04:15:30.000000+00:00", Grade.FENCED, 1.5, 0.0, 1, ()),
        stores=parts,
        not_backed_up=(),
        tier_artifacts=(),
    )


def back_up(
    objects: Objects, backup: str, contents: Contents = SHOP, recipients: tuple[str, ...] = ()
) -> Manifest:
    """Store, read back, publish: what `operations` does."""
    stored = store_pieces(objects, backup, contents, recipients)
    for artifacts in stored.values():
        read_back(objects, artifacts)
    return catalog.publish(objects, draft(backup, stored, recipients))
