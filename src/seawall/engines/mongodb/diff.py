"""Apply the oplog's update entries to documents, as bytes: values are moved, never decoded.

MongoDB 5 and later write a `$v: 2` entry with a `diff` of one-letter sections; the layout is that
of `src/mongo/db/update/document_diff_serialization.h`. SecantusDB writes what change streams tell:
`updatedFields`, `removedFields` and `truncatedArrays`, with dotted paths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, TypeAlias

from seawall.engines.mongodb.elements import (
    ARRAY,
    DOCUMENT,
    Element,
    document_of,
    elements,
    find,
    make_document,
    number_of,
)

NULL: Final = 0x0A
SUBDIFF: Final = b"s"
Change: TypeAlias = Callable[[Element | None], Element | None]


def apply_update(document: bytes, change: bytes) -> bytes:
    """The document after an update: `change` is the entry's `o`."""
    diff = find(change, b"diff")
    first = next(elements(change), None)
    if diff is None or first is None or not first.name.startswith(b"$"):
        return change
    if find(diff.value, b"updatedFields"):
        return _apply_paths(document, diff.value)
    return apply_diff(document, diff.value)


def apply_diff(document: bytes, diff: bytes) -> bytes:
    """MongoDB's own diff of a document."""
    sections = {each.name: each for each in elements(diff)}
    removed = {each.name for each in _section(sections, b"d")}
    updated = {each.name: each for each in _section(sections, b"u")}
    inserted = {each.name: each for each in _section(sections, b"i")}
    below = {name[1:]: each for name, each in sections.items() if name[:1] == SUBDIFF}
    kept: list[Element] = []
    for each in elements(document):
        if each.name in removed or each.name in inserted:
            continue
        if each.name in updated:
            kept.append(updated.pop(each.name))
        elif each.name in below:
            kept.append(_apply_below(each, below[each.name].value))
        else:
            kept.append(each)
    return make_document([*kept, *updated.values(), *inserted.values()])


def _section(sections: dict[bytes, Element], name: bytes) -> Iterator[Element]:
    return elements(document_of(sections.get(name)))


def _apply_below(element: Element, diff: bytes) -> Element:
    """A field whose value is changed; one that is no longer of that kind stays, as on a server."""
    is_array_diff = find(diff, b"a") is not None
    if element.kind == ARRAY and is_array_diff:
        return element._replace(value=_apply_array_diff(element.value, diff))
    if element.kind == DOCUMENT and not is_array_diff:
        return element._replace(value=apply_diff(element.value, diff))
    return element


def _apply_array_diff(array: bytes, diff: bytes) -> bytes:
    values = list(elements(array))
    length = number_of(find(diff, b"l"))
    if length is not None:
        del values[int(length) :]
    for each in elements(diff):
        if each.name[:1] not in {b"u", SUBDIFF} or not each.name[1:].isdigit():
            continue
        place = int(each.name[1:])
        if each.name[:1] == b"u":
            _put(values, place, each)
        elif place < len(values):
            values[place] = _apply_below(values[place], each.value)
    return _renumber(values)


def _put(values: list[Element], place: int, value: Element) -> None:
    """Set one element of an array; what is missing before it is null, as on a server."""
    while len(values) <= place:
        values.append(Element(b"", NULL, b""))
    values[place] = value


def _renumber(values: list[Element]) -> bytes:
    return make_document(each._replace(name=b"%d" % place) for place, each in enumerate(values))


def _apply_paths(document: bytes, diff: bytes) -> bytes:
    """What SecantusDB tells of an update."""
    for each in elements(document_of(find(diff, b"truncatedArrays"))):
        length = int(number_of(find(each.value, b"newSize")) or 0)
        path = _text(find(each.value, b"field"))
        document = _change(document, path, partial(_truncate, size=length))
    for each in elements(document_of(find(diff, b"removedFields"))):
        document = _change(document, _text(each), partial(_replace, new=None))
    for each in elements(document_of(find(diff, b"updatedFields"))):
        document = _change(document, each.name, partial(_replace, new=each))
    return document


def _replace(old: Element | None, new: Element | None) -> Element | None:
    del old
    return new


def _text(element: Element | None) -> bytes:
    return element.value[4:-1] if element else b""


def _truncate(old: Element | None, size: int) -> Element | None:
    if old is None or old.kind != ARRAY:
        return old
    return old._replace(value=_renumber(list(elements(old.value))[:size]))


def _change(document: bytes, path: bytes, change: Change, *, is_array: bool = False) -> bytes:
    """Change what a dotted path names; a name that has dots itself is tried first."""
    fields = list(elements(document))
    names = [each.name for each in fields]
    head, _, rest = path.partition(b".")
    if path not in names and rest and head in names:
        place = names.index(head)
        old = fields[place]
        if old.kind in {DOCUMENT, ARRAY}:
            inner = _change(old.value, rest, change, is_array=old.kind == ARRAY)
            fields[place] = old._replace(value=inner)
            return make_document(fields)
    place = names.index(path) if path in names else len(fields)
    old_field = fields[place] if place < len(fields) else None
    new = change(old_field)
    if is_array and path.isdigit() and new is not None:
        _put(fields, int(path), new)
        return _renumber(fields)
    fields[place : place + 1] = [] if new is None else [new._replace(name=path)]
    return make_document(fields)
