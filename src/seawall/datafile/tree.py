"""The file's values, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, Union

from seawall.datafile.mistake import KeyPath, Mistake, Spot

# A Union because `|` cannot name the alias within itself at run time.
Json: TypeAlias = Union[bool, int, float, str, list["Json"], dict[str, "Json"], None]  # noqa: UP007


@dataclass(frozen=True)
class Child:
    """A value below another one.

    Attributes:
        spot: Where its key stands; for an item of a list, where the item begins.
        tree: The value.
    """

    spot: Spot
    tree: Tree


@dataclass(frozen=True)
class Tree:
    """A value and all below it.

    Attributes:
        spot: Where it begins; an empty value begins at its key.
        data: The same without places.
        children: By key, or by index.
        size: How many values it holds, itself included, aliases followed.
        depth: How many levels it has, itself included, aliases followed.
    """

    spot: Spot
    data: Json
    children: Mapping[str | int, Child] = field(default_factory=dict[str | int, Child])
    size: int = 1
    depth: int = 1

    @classmethod
    def mapping(cls, spot: Spot, children: Mapping[str, Child]) -> Tree:
        """A mapping of keys to values."""
        data: Json = {key: child.tree.data for key, child in children.items()}
        return cls._branch(spot, data, dict(children.items()))

    @classmethod
    def sequence(cls, spot: Spot, items: Sequence[Tree]) -> Tree:
        """A list of values."""
        children = {index: Child(item.spot, item) for index, item in enumerate(items)}
        return cls._branch(spot, [item.data for item in items], dict(children.items()))

    @classmethod
    def _branch(cls, spot: Spot, data: Json, children: Mapping[str | int, Child]) -> Tree:
        size = 1 + sum(child.tree.size for child in children.values())
        depth = 1 + max((child.tree.depth for child in children.values()), default=0)
        return cls(spot, data, children, size, depth)

    @property
    def text(self) -> str | None:
        """The value if it is text."""
        return self.data if isinstance(self.data, str) else None

    def at(self, *path: str | int) -> Tree | None:
        """The value at a path below this one, if there is one."""
        found = self.find(path)
        return found.tree if found else None

    def under(self, *path: str | int) -> Mapping[str | int, Child]:
        """The children at a path; none where nothing is there."""
        found = self.at(*path)
        return found.children if found else {}

    def find(self, path: KeyPath) -> Child | None:
        """The value at a path and its key, if there is one."""
        here = Child(self.spot, self)
        for key in path:
            below = here.tree.children.get(key)
            if below is None:
                return None
            here = below
        return here


@dataclass(frozen=True)
class Document:
    """The file as far as it could be read.

    Attributes:
        root: Its value; None where nothing could be read.
        mistakes: What was found while reading.
        is_whole: False when broken lines were left out: then nothing can be called missing.
        doubles: Values whose key was there before, with their paths; `root` has the first ones.
    """

    root: Tree | None
    mistakes: tuple[Mistake, ...]
    is_whole: bool
    doubles: tuple[tuple[KeyPath, Child], ...] = ()

    def double_documents(self) -> Iterator[Document]:
        """Each double outside of lists in a document of its own: no other can hold it."""
        for path, child in self.doubles:
            keys = [key for key in path if isinstance(key, str)]
            outer = child
            for key in reversed(keys):
                outer = Child(child.spot, Tree.mapping(child.spot, {key: outer}))
            if len(keys) == len(path):
                yield Document(outer.tree, (), is_whole=False)
