"""Promises between stores, and what checking one found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fields:
    """Fields of one collection of one store.

    Attributes:
        store: Its name in the file.
        collection: As the store lists it.
        names: The fields, in the order in which both ends of a link are compared.
    """

    store: str
    collection: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        joined = self.names[0] if len(self.names) == 1 else f"({', '.join(self.names)})"
        return f"{self.store}.{self.collection}.{joined}"


@dataclass(frozen=True)
class Link:
    """Every value on one end exists on the other; a null or absent field promises nothing."""

    every: Fields
    exists_in: Fields

    @property
    def name(self) -> str:
        """The promise as one line."""
        return f"{self.every} -> {self.exists_in}"


@dataclass(frozen=True)
class LinkResult:
    """What one check of a link found, in records.

    Attributes:
        link: The link's name.
        checked: Records whose fields are all present.
        holds: Records whose values exist on the other end.
        promised_nothing: Records with a null or absent field.
        broken: Records whose values do not exist on the other end.
        broken_values: Distinct value tuples among them.
        examples: The first few such tuples, as text.
    """

    link: str
    checked: int
    holds: int
    promised_nothing: int
    broken: int
    broken_values: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class LeftOut:
    """A link that was not checked.

    Attributes:
        link: Its name.
        why: The reason.
    """

    link: str
    why: str


@dataclass(frozen=True)
class LinkProof:
    """A link after a restore, against what it was at the point; counts are records.

    Attributes:
        link: The link's name.
        checked: Records whose fields are all present.
        holds: Records whose values exist on the other end.
        broken_before: Broken now, and broken by the same values at the point.
        broken_by_restore: Broken now by values that were whole at the point.
        examples: The first few value tuples broken by the restore, else broken before.
        checked_at_point: False where the backup does not know how the link was at the point: then
            it is not known since when the records of `broken_by_restore` are broken.
    """

    link: str
    checked: int
    holds: int
    broken_before: int
    broken_by_restore: int
    examples: tuple[str, ...]
    checked_at_point: bool = True
