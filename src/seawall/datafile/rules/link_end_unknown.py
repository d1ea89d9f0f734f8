"""A link joins ends that exist, with as many fields on each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from seawall.datafile.mistake import KeyPath, Mistake, Spot, mistake_at, shown_key
from seawall.datafile.nearest import nearest
from seawall.datafile.schema import LATER_LINKS, NOT_YET
from seawall.datafile.tree import Child, Document, Tree
from seawall.datafile.wording import one_of

_ENDS: Final = ("every", "exists_in")
_SHORTEST_DOTTED: Final = 3
_SHOWN_NAMES: Final = 10
# Another name of the file is no suggestion, and may be a login.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,62}")


@dataclass(frozen=True)
class _End:
    """One end as far as the file gives it.

    Attributes:
        path: Of the end.
        spot: Of the end.
        store: Its name and where that stands; None where the file gives no text.
        collection: The same.
        fields: How many; None where the file gives no list.
    """

    path: KeyPath
    spot: Spot
    store: tuple[str, Spot] | None
    collection: tuple[str, Spot] | None
    fields: int | None


def find_unknown_link_ends(document: Document, root: Tree) -> Iterator[Mistake]:
    """Links to stores or collections that the file does not have, and uneven ones."""
    for index, child in root.under("links").items():
        path = ("links", index)
        later = [key for key in LATER_LINKS if key in child.tree.children]
        if later:
            spot = child.tree.children[later[0]].spot
            text = f"a '{later[0]}' link {NOT_YET}"
            yield mistake_at(spot, (*path, later[0]), text, "put a # before it until then")
            continue
        ends = [_read_end(child.tree.at(name), (*path, name)) for name in _ENDS]
        if document.is_whole:
            for end in ends:
                yield from _find_unknown(end, root.under("stores"))
        yield from _find_uneven(*ends)


def _read_end(end: Tree | None, path: KeyPath) -> _End:
    if end is None:
        return _End(path, Spot(1, 1), None, None, None)
    if end.text is None:
        fields = end.at("fields")
        is_list = fields is not None and isinstance(fields.data, list)
        count = len(fields.children) if fields and is_list else None
        return _End(path, end.spot, _word(end, "store"), _word(end, "collection"), count)
    parts = end.text.split(".")
    if len(parts) < _SHORTEST_DOTTED:
        return _End(path, end.spot, None, None, None)
    return _End(path, end.spot, (parts[0], end.spot), (".".join(parts[1:-1]), end.spot), fields=1)


def _word(end: Tree, key: str) -> tuple[str, Spot] | None:
    value = end.at(key)
    return (value.text, value.spot) if value and value.text is not None else None


def _find_unknown(end: _End, stores: Mapping[str | int, Child]) -> Iterator[Mistake]:
    if not end.store or not stores:
        return
    store, spot = end.store
    if store not in stores:
        hint = _hint(store, tuple(map(str, stores)))
        yield mistake_at(spot, end.path, f"{shown_key(store)} is not a store of this file", hint)
        return
    known = tuple(map(str, stores[store].tree.under("collections")))
    if known and end.collection and end.collection[0] not in known:
        name, spot = end.collection
        text = f"{shown_key(name)} is not a collection of {shown_key(store)}"
        yield mistake_at(spot, end.path, text, _hint(name, known))


def _hint(word: str, known: tuple[str, ...]) -> str:
    names = [name for name in known if _NAME.fullmatch(name)]
    near = nearest(word, names)
    few = names if len(names) <= _SHOWN_NAMES else [*names[:_SHOWN_NAMES], "..."]
    if near:
        return f"did you mean '{near}'?"
    return f"write {one_of(few)}" if few else "declare it first"


def _find_uneven(every: _End, exists_in: _End) -> Iterator[Mistake]:
    if every.fields and exists_in.fields and every.fields != exists_in.fields:
        text = f"the ends differ: 'every' has {_count(every)}, 'exists_in' has {_count(exists_in)}"
        hint = "name as many fields on each end, in the same order"
        yield mistake_at(exists_in.spot, exists_in.path, text, hint)


def _count(end: _End) -> str:
    return "1 field" if end.fields == 1 else f"{end.fields} fields"
