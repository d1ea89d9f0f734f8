"""Canonical bytes tell apart what engines tell apart; link text joins what links join."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.model.value import (
    MISSING,
    Mapping,
    Moment,
    Opaque,
    Value,
    canonical_bytes,
    link_text,
)

DIFFERENT: list[Value] = [
    None,
    MISSING,
    False,
    0,
    0.0,
    -0.0,
    1,
    1.0,
    True,
    Decimal("1.0"),
    Decimal("1.00"),
    "1",
    b"1",
    "",
    b"",
    float("inf"),
    float("nan"),
    UUID(int=1),
    Moment("2026-01-01", -1, ""),
    Moment("2026-01-01T00:00:00", 6, "Z"),
    (),
    ((),),
    Mapping(()),
    Mapping((("a", None),)),
    Opaque("postgres/tsvector", b"1"),
]


@pytest.mark.parametrize(("one", "other"), list(combinations(DIFFERENT, 2)))
def test_different_values_have_different_bytes(one: Value, other: Value) -> None:
    assert canonical_bytes(one) != canonical_bytes(other)


@given(st.lists(st.text()), st.lists(st.text()))
def test_no_two_lists_of_texts_run_together(one: list[str], other: list[str]) -> None:
    same = canonical_bytes(tuple(one)) == canonical_bytes(tuple(other))
    assert same == (one == other)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2013, "2013"),
        ("2013", "2013"),
        (Decimal("2013.00"), "2013"),
        (2013.0, "2013"),
        (Decimal("1.50"), "1.5"),
        (UUID(int=255), "00000000-0000-0000-0000-0000000000ff"),
        (None, None),
        (MISSING, None),
        (Moment("2013-01-01T05:00:00", 6, "Z"), "2013-01-01T05:00:00Z"),
    ],
)
def test_links_compare_the_plain_text_of_both_ends(value: Value, text: str | None) -> None:
    assert link_text(value) == text
