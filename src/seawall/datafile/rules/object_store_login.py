"""What is said of an object store belongs to one, and an access key has both of its halves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.datafile.mistake import KeyPath, Mistake, mistake_at
from seawall.datafile.rules.secret_in_file import ACCESS_KEY
from seawall.datafile.tree import Tree

_KEYS: Final = ("endpoint", "region", "ca", *ACCESS_KEY)
_HALVES: Final = ("access_key_id", "secret_access_key")


def find_lone_store_keys(root: Tree) -> Iterator[Mistake]:
    """Keys of an object store beside a folder, and halves of an access key."""
    copies = root.under("repository", "copies")
    places: tuple[KeyPath, ...] = (
        ("repository",),
        *(("repository", "copies", index) for index in copies),
    )
    for path in places:
        url = root.at(*path, "url")
        here = root.under(*path)
        given = [key for key in _KEYS if key in here]
        if not (url and (url.text or "").startswith("s3://")):
            for key in given:
                text = f"'{key}' speaks of an object store, and the repository is a folder"
                yield mistake_at(here[key].spot, (*path, key), text, "write url: s3://bucket too")
            continue
        yield from _find_halves(root, path)


def _find_halves(root: Tree, path: KeyPath) -> Iterator[Mistake]:
    here = root.under(*path)
    missing = [key for key in _HALVES if key not in here]
    present = [key for key in ACCESS_KEY if key in here]
    if missing and present:
        text = f"'{present[0]}' needs '{missing[0]}' beside it"
        suggestion = f"write {missing[0]}: env://AWS_{missing[0].upper()}"
        yield mistake_at(here[present[0]].spot, (*path, present[0]), text, suggestion)
