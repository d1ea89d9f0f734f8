"""YAML events to a tree of values with places: duplicates, traps and bombs become mistakes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from seawall.datafile.mistake import KeyPath, Mistake, Spot, mistake_at, path_key, shown_key
from seawall.datafile.scalar import is_missing_colon, read_key, read_scalar, tag_problem
from seawall.datafile.tree import Child, Document, Tree

LARGEST_DEPTH: Final = 32
LARGEST_SIZE: Final = 500_000
EMPTY: Final = Mistake(1, 1, "", "the file is empty", "write stores: {db: {engine: postgres}}")

_MERGE: Final = "<<"
_QUOTE: Final = "put the text in quotes"


def compose(text: str, shifts: Mapping[int, int]) -> Document:
    """Read YAML text.

    Args:
        text: One document.
        shifts: By line (from 0), how many characters it has more than the file's own line.

    Raises:
        MarkedYAMLError: When it is no YAML.
    """
    composer = _Composer(yaml.parse(text, Loader=yaml.CSafeLoader), shifts)
    try:
        return composer.document()
    except _RefusedError as refusal:
        return Document(None, (*composer.mistakes, refusal.mistake), is_whole=False)


class _RefusedError(Exception):
    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake)
        self.mistake = mistake


@dataclass
class _Composer:
    """Builds the tree of one document, depth first: the depth is bounded, the events are not."""

    events: Iterator[Event]
    shifts: Mapping[int, int]
    mistakes: list[Mistake] = field(default_factory=list[Mistake])
    doubles: list[tuple[KeyPath, Child]] = field(default_factory=list[tuple[KeyPath, Child]])
    count: int = 0
    anchors: dict[str, Tree] = field(default_factory=dict[str, Tree])

    def document(self) -> Document:
        next(self.events)
        if isinstance(next(self.events), StreamEndEvent):
            return Document(None, (EMPTY,), is_whole=True)
        root = self.value(next(self.events), (), Spot(1, 1))
        next(self.events)
        after = next(self.events)
        if isinstance(after, DocumentStartEvent):
            text = "a second document begins here"
            self.complain(self.spot(after), (), text, "keep one document in the file")
        if root.data is None and not self.mistakes:
            return Document(None, (EMPTY,), is_whole=True)
        return Document(root, tuple(self.mistakes), is_whole=True, doubles=tuple(self.doubles))

    def value(self, event: Event, path: KeyPath, key_spot: Spot) -> Tree:
        if isinstance(event, AliasEvent):
            return self.alias(event, path)
        name: str | None = getattr(event, "anchor", None)
        self.count += 1
        if self.count > LARGEST_SIZE:
            self.refuse(self.spot(event), path[:3], "there are too many values")
        tree = self.unnamed(event, path, key_spot)
        if tree.size > LARGEST_SIZE:
            self.refuse(tree.spot, path, "the aliases multiply to too many values")
        if tree.depth > LARGEST_DEPTH:
            self.refuse(tree.spot, path, "the values are nested too deep")
        if name is not None:
            self.anchors[name] = tree
        return tree

    def unnamed(self, event: Event, path: KeyPath, key_spot: Spot) -> Tree:
        spot = self.spot(event)
        if problem := tag_problem(event):
            self.complain(spot, path, problem, "remove the tag")
        if isinstance(event, ScalarEvent):
            data, problem, suggestion = read_scalar(event, path)
            if problem:
                self.complain(spot, path, problem, suggestion)
            return Tree(spot if event.value or event.style else key_spot, data)
        if len(path) > LARGEST_DEPTH:
            self.refuse(spot, path[:3], "the values are nested too deep")
        if isinstance(event, SequenceStartEvent):
            return Tree.sequence(spot, tuple(self.items(path)))
        return self.mapping(spot, path)

    def alias(self, event: AliasEvent, path: KeyPath) -> Tree:
        spot = self.spot(event)
        tree = self.anchors.get(event.anchor or "")
        if tree is None:
            text = "the alias names no anchor that ends before it"
            self.complain(spot, path, text, "a text that starts with * needs quotes")
        return tree or Tree(spot, None)

    def items(self, path: KeyPath) -> Iterator[Tree]:
        index = 0
        while not isinstance(event := next(self.events), SequenceEndEvent):
            yield self.value(event, (*path, index), self.spot(event))
            index += 1

    def mapping(self, spot: Spot, path: KeyPath) -> Tree:
        children: dict[str, Child] = {}
        inherited: list[Tree] = []
        while not isinstance(event := next(self.events), MappingEndEvent):
            if isinstance(event, ScalarEvent) and event.value == _MERGE and not event.style:
                inherited.extend(self.merged(event, path))
            else:
                self.entry(event, path, children)
        for parent in inherited:
            for key, child in parent.children.items():
                children.setdefault(str(key), child)
        return Tree.mapping(spot, children)

    def merged(self, event: Event, path: KeyPath) -> Iterator[Tree]:
        value = self.value(next(self.events), (*path, _MERGE), self.spot(event))
        parents = [value]
        if isinstance(value.data, list):
            parents = [child.tree for child in value.children.values()]
        for parent in parents:
            if isinstance(parent.data, dict):
                yield parent
            else:
                text = "'<<' takes a mapping, or a list of mappings"
                self.complain(parent.spot, path, text, "name an anchor, as <<: *defaults")

    def entry(self, event: Event, path: KeyPath, children: dict[str, Child]) -> None:
        spot = self.spot(event)
        key, problem, suggestion = self.key(event, path)
        if problem:
            self.complain(spot, (*path, path_key(key)), problem, suggestion)
        key = path_key(key)
        value_event = next(self.events)
        if is_missing_colon(event, value_event):
            self.complain(spot, path, "a key without a value", _QUOTE)
            return
        value = self.value(value_event, (*path, key), spot)
        if key in children:
            text = f"{shown_key(key)} is here twice; first in line {children[key].spot.line}"
            self.complain(spot, (*path, key), text, "keep one of them")
            self.doubles.append(((*path, key), Child(spot, value)))
        else:
            children[key] = Child(spot, value)

    def key(self, event: Event, path: KeyPath) -> tuple[str, str, str]:
        if isinstance(event, ScalarEvent):
            return read_key(event)
        key = self.value(event, (*path, "?"), self.spot(event)).text
        return (key, "", "") if key is not None else ("?", "a key is a text", _QUOTE)

    def spot(self, event: Event) -> Spot:
        mark = event.start_mark
        if mark is None:  # pragma: no cover - the parser marks each event
            return Spot(1, 1)
        return Spot(mark.line + 1, mark.column + 1 - self.shifts.get(mark.line, 0))

    def complain(self, spot: Spot, path: KeyPath, text: str, suggestion: str) -> None:
        self.mistakes.append(mistake_at(spot, path, text, suggestion))

    def refuse(self, spot: Spot, path: KeyPath, text: str) -> None:
        raise _RefusedError(mistake_at(spot, path, text, "write the values out, and fewer of them"))
