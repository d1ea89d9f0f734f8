"""Propose links between stores: from foreign keys, names, kinds and matching values."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import islice

from seawall.capabilities.schema import Schemas
from seawall.errors import RefusedError
from seawall.model.link import Fields, Link
from seawall.model.quantity import count
from seawall.model.schema import Kind, Schema, SchemaField

# Values compared for each candidate, and candidates whose values are compared.
SAMPLE = 500
MOST_LOOKS = 200
# So many agreeing values are no accident, unless they are small numbers, which every table has.
CERTAIN_VALUES = 100
# Below this share the names agree and the values do not.
LIKELY_SHARE = 0.95
LEAST_SHARE = 0.5

# Values so long are in two stores because one names the other.
UNGUESSABLE = 16

_TELLING = frozenset({Kind.ANY, Kind.UUID, Kind.TEXT, Kind.OBJECT_ID})
_SUFFIX = re.compile(r"(?:_id|_uuid|_key|_code|_ref|_no|Id|ID|Uuid|Key)$")
# Names that every collection may have: alone they say nothing of another one.
_GENERIC = frozenset({"id", "_id", "key", "code", "name", "uuid", "value", "type", "status"})


class Confidence(Enum):
    """How sure a proposal is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True)
class Proposal:
    """A link that a file may name.

    Attributes:
        link: The promise.
        confidence: How sure it is.
        evidence: What speaks for it, as one line.
    """

    link: Link
    confidence: Confidence
    evidence: str


@dataclass(frozen=True)
class Proposals:
    """Proposed links, surest first, and how many candidates nobody looked at.

    Attributes:
        links: Between stores first.
        not_looked_at: Candidates whose names agree and whose values were not compared.
    """

    links: tuple[Proposal, ...]
    not_looked_at: int


@dataclass(frozen=True)
class Looked:
    """One store whose schema was read; `reader` compares values, None where it cannot."""

    store: str
    schema: Schema
    reader: Schemas | None


@dataclass(frozen=True)
class _End:
    looked: Looked
    collection: str
    field: SchemaField

    @property
    def fields(self) -> Fields:
        return Fields(self.looked.store, self.collection, (self.field.name,))


def propose_links(stores: Sequence[Looked]) -> Proposals:
    """Foreign keys first, then candidates by name whose values agree."""
    kept = [_from_reference(looked, index) for looked, index in _references(stores)]
    known = {proposal.link for proposal in kept}
    ends = list(_ends(stores))
    candidates = [each for each in _candidates(ends) if _link(*each) not in known]
    # A link within a store that its server does not keep is worth less than one between two.
    candidates.sort(key=lambda pair: pair[0].looked.store == pair[1].looked.store)
    compared = [_compare(*pair) for pair in candidates[:MOST_LOOKS]]
    known |= {_link(*pair) for pair in candidates}
    strangers = (pair for pair in _strangers(ends) if _link(*pair) not in known)
    by_value = [_compare_strangers(*pair) for pair in islice(strangers, MOST_LOOKS)]
    found = [*filter(None, compared), *filter(None, by_value), *kept]
    order = list(Confidence)
    found.sort(
        key=lambda each: (
            each.link.every.store == each.link.exists_in.store,
            order.index(each.confidence),
            each.link.name,
        )
    )
    return Proposals(tuple(found), max(0, len(candidates) - MOST_LOOKS))


def _references(stores: Sequence[Looked]) -> Iterator[tuple[Looked, int]]:
    for looked in stores:
        yield from ((looked, index) for index in range(len(looked.schema.references)))


def _from_reference(looked: Looked, index: int) -> Proposal:
    reference = looked.schema.references[index]
    every = Fields(looked.store, reference.collection, reference.fields)
    exists_in = Fields(looked.store, reference.to_collection, reference.to_fields)
    evidence = "a foreign key, which the server keeps"
    return Proposal(Link(every, exists_in), Confidence.CERTAIN, evidence)


def _ends(stores: Sequence[Looked]) -> Iterator[_End]:
    for looked in stores:
        for shape in looked.schema.shapes:
            yield from (_End(looked, shape.collection, field) for field in shape.fields)


def _strangers(ends: Sequence[_End]) -> Iterator[tuple[_End, _End]]:
    """Fields of different stores whose values could be the same, the parts of keys first."""
    owners = [end for end in ends if end.field.identifies and end.field.kind in _TELLING]
    own = [end for end in ends if end.field.kind in _TELLING]
    for end in sorted(own, key=lambda each: each.field.kind is not Kind.ANY):
        for owner in owners:
            if end.looked.store != owner.looked.store and _kinds_agree(end, owner):
                yield end, owner


def _candidates(ends: Sequence[_End]) -> Iterator[tuple[_End, _End]]:
    """Fields whose name says what another collection's identifying field is."""
    owners: dict[str, list[_End]] = defaultdict(list)
    for end in ends:
        if end.field.identifies:
            for word in _names_of(end):
                owners[word].append(end)
    for end in ends:
        for owner in owners.get(_meant_by(end), ()):
            if _may_agree(end, owner):
                yield end, owner


def _names_of(end: _End) -> Iterator[str]:
    """What another collection may call a record of this one."""
    yield _singular(end.field.names) if end.field.names else _meant_by(end)


def _meant_by(end: _End) -> str:
    """What a field's name says it names."""
    if end.field.names:
        return _singular(end.field.names)
    if end.field.name.lower() in _GENERIC:
        return _singular(end.collection)
    return _stem(end.field.name)


def _may_agree(end: _End, owner: _End) -> bool:
    if (end.looked.store, end.collection) == (owner.looked.store, owner.collection):
        return False
    is_own_key = end.field.identifies and end.field.name.lower() in _GENERIC
    if is_own_key and end.looked.store == owner.looked.store:
        return False
    return _kinds_agree(end, owner)


def _kinds_agree(end: _End, owner: _End) -> bool:
    kinds = {end.field.kind, owner.field.kind}
    return Kind.OTHER not in kinds and (len(kinds) == 1 or Kind.ANY in kinds)


def _compare(end: _End, owner: _End) -> Proposal | None:
    """Look up a sample of one end's values on the other."""
    names = f"names and kinds agree ({owner.field.kind.value})"
    if end.looked.reader is None or owner.looked.reader is None:
        return Proposal(_link(end, owner), Confidence.POSSIBLE, names)
    texts = end.looked.reader.sample(end.collection, end.field.name, SAMPLE)
    if not texts:
        return Proposal(_link(end, owner), Confidence.POSSIBLE, f"{names}; no value to compare")
    found = _find(owner, texts)
    if found is None:
        return Proposal(_link(end, owner), Confidence.POSSIBLE, f"{names}; values may not be read")
    share = found / len(texts)
    if share < LEAST_SHARE:
        return None
    evidence = f"{names}; {count(found)} of {count(len(texts), 'sampled value')} exist there"
    is_sure = found == len(texts) >= CERTAIN_VALUES and not all(map(_is_small_number, texts))
    if is_sure:
        return Proposal(_link(end, owner), Confidence.CERTAIN, evidence)
    likely = Confidence.LIKELY if share >= LIKELY_SHARE else Confidence.POSSIBLE
    return Proposal(_link(end, owner), likely, evidence)


def _compare_strangers(end: _End, owner: _End) -> Proposal | None:
    """Propose a link that only the values speak for: nearly all of many must agree."""
    if end.looked.reader is None or owner.looked.reader is None:
        return None
    texts = end.looked.reader.sample(end.collection, end.field.name, CERTAIN_VALUES)
    if len(texts) < CERTAIN_VALUES:
        return None
    found = _find(owner, texts)
    if found is None or found < LIKELY_SHARE * len(texts):
        return None
    is_sure = found == len(texts) and all(len(text) >= UNGUESSABLE for text in texts)
    confidence = Confidence.CERTAIN if is_sure else Confidence.POSSIBLE
    evidence = f"{count(found)} of {count(len(texts), 'sampled value')} exist there"
    return Proposal(_link(end, owner), confidence, evidence)


def _find(owner: _End, texts: tuple[str, ...]) -> int | None:
    """How many of the texts exist there; None where this login may not look."""
    if owner.looked.reader is None:
        return None
    try:
        return owner.looked.reader.find(owner.collection, owner.field.name, texts)
    except RefusedError:
        return None


def _link(end: _End, owner: _End) -> Link:
    return Link(end.fields, owner.fields)


def _is_small_number(text: str) -> bool:
    return re.fullmatch(r"\d{1,9}", text) is not None


def _stem(name: str) -> str:
    return _singular(_SUFFIX.sub("", name) or name)


def _singular(name: str) -> str:
    """The last word of a collection's name as one record of it is called."""
    word = name.rpartition(".")[2].lower()
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("ses", "xes", "ches", "shes")):
        return word[:-2]
    return word.removesuffix("s")
