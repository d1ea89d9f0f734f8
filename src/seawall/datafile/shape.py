"""What the schema finds: unknown and missing keys, wrong types, words and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from jsonschema_rs import ValidationError

from seawall.datafile.explanations import Finding, explain_value
from seawall.datafile.mistake import KeyPath, Mistake, may_be_secret, mistake_at, shown_key
from seawall.datafile.names import legal_name
from seawall.datafile.schema import LATER_LINKS, Schema, schema_at, schema_for, validator_for
from seawall.datafile.tree import Child, Document, Tree
from seawall.datafile.unknown_key import explain_unknown_key
from seawall.datafile.wording import with_article

# What may only be missing because a broken line was left out.
_OF_MISSING: Final = ("required", "minProperties", "minItems")


def find_shape_mistakes(document: Document, engines: tuple[str, ...]) -> Iterator[Mistake]:
    """Everything that the schema does not allow."""
    root = document.root
    if root is None:
        return
    errors = list(validator_for(engines).iter_errors(root.data))
    mistyped = {tuple(each.instance_path) for each in errors if each.kind.name == "type"}
    for error in errors:
        path = tuple(error.instance_path)
        keyword = error.kind.name
        is_said = keyword != "type" and path in mistyped
        is_unsure = keyword in _OF_MISSING or error.instance is None
        if is_said or is_of_later_link(root, path) or (is_unsure and not document.is_whole):
            continue
        yield from _explain(root, schema_for(engines), error)


def is_of_later_link(root: Tree, path: KeyPath) -> bool:
    """Whether a path lies in a kind of link that this version does not have."""
    return path[:1] == ("links",) and any(key in root.under(*path[:2]) for key in LATER_LINKS)


def _explain(root: Tree, schema: Schema, error: ValidationError) -> Iterator[Mistake]:
    path, keyword = tuple(error.instance_path), error.kind.name
    where = tuple(error.schema_path[:-1])
    part = schema_at(schema, where)
    here = root.find(path) or Child(root.spot, root)
    if keyword == "additionalProperties":
        for key in error.kind.value:
            below = here.tree.children[key]
            text, suggestion = explain_unknown_key(schema, where, (*path, key), below.tree.data)
            yield mistake_at(below.spot, (*path, key), text, suggestion)
    elif keyword == "propertyNames":
        key = str(error.kind.value.instance)
        text = f"{shown_key(key)} is not {with_article(str(part['title']))}"
        yield mistake_at(here.tree.children[key].spot, (*path, key), text, _name_hint(part, key))
    elif keyword == "uniqueItems":
        yield from _repeated(here.tree, path)
    else:
        finding = Finding(schema, part, error.instance, error.kind.value)
        text, suggestion = explain_value(keyword, finding)
        spot = here.spot if keyword == "required" else here.tree.spot
        yield mistake_at(spot, path, text, suggestion)


def _name_hint(part: Schema, key: str) -> str:
    is_repeated = part["title"] == "name" and not may_be_secret(key)
    name = legal_name(key) if is_repeated else ""
    return f"did you mean '{name}'?" if name else str(part["patternErrorMessage"])


def _repeated(items: Tree, path: KeyPath) -> Iterator[Mistake]:
    seen: set[str] = set()
    for index, child in items.children.items():
        item = repr(child.tree.data)
        if item in seen:
            yield mistake_at(child.spot, (*path, index), "this is here twice", "keep one of them")
        seen.add(item)
