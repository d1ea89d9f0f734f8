"""Links: what holds, what is broken, and since when."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.model.collection import KeyCount
from seawall.model.link import Fields, Link
from seawall.operations import partitions
from seawall.operations.links import check_link

LINK = Link(Fields("shop", "orders", ("customer",)), Fields("people", "users", ("id",)))


class Rows:
    """Records of one collection, given as (values, how many) pairs."""

    def __init__(self, *rows: tuple[tuple[str | None, ...], int]) -> None:
        self.rows = rows

    def read_keys(self, collection: str, fields: tuple[str, ...]) -> Iterator[KeyCount]:
        assert (collection, len(fields)) in {("orders", 1), ("users", 1)}
        return (KeyCount(values, count) for values, count in self.rows)


def test_holding_broken_and_absent_records_are_told_apart(tmp_path: Path) -> None:
    orders = Rows((("1",), 4), (("7",), 2), (("9",), 1), ((None,), 3), (("7",), 5))
    users = Rows((("1",), 1), (("2",), 1))
    with check_link(LINK, {"shop": orders, "people": users}, tmp_path) as checked:
        result = checked.result()
    assert (result.checked, result.holds, result.promised_nothing) == (12, 4, 3)
    assert (result.broken, result.broken_values, result.examples) == (8, 2, ("7", "9"))


def test_what_was_broken_at_the_point_is_no_fault_of_the_restore(tmp_path: Path) -> None:
    orders = Rows((("7",), 2), (("9",), 1), (("1",), 1))
    with check_link(LINK, {"shop": orders, "people": Rows((("1",), 1))}, tmp_path) as checked:
        proof = checked.prove([("7",)])
    assert (proof.holds, proof.broken_before, proof.broken_by_restore) == (1, 2, 1)
    assert proof.examples == ("9",)


def test_the_scratch_folder_is_left_empty(tmp_path: Path) -> None:
    with check_link(LINK, {"shop": Rows(), "people": Rows()}, tmp_path) as checked:
        assert checked.result().checked == 0
    assert list(tmp_path.iterdir()) == []


KEYS = st.lists(st.one_of(st.none(), st.text(max_size=3)))


@given(KEYS, KEYS)
def test_the_counts_are_those_of_a_plain_set(every: list[str | None], there: list[str]) -> None:
    readers = {
        "shop": Rows(*(((key,), 1) for key in every)),
        "people": Rows(*(((key,), 1) for key in there)),
    }
    with (
        tempfile.TemporaryDirectory() as folder,
        check_link(LINK, readers, Path(folder)) as checked,
    ):
        result = checked.result()
    promised = [key for key in every if key is not None]
    assert result.checked == len(promised)
    assert result.broken == sum(key not in there for key in promised)


def test_more_keys_than_memory_holds_are_compared_from_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partitions, "MOST_HELD", 7)
    orders = Rows(*(((str(number),), 2) for number in range(1000)))
    users = Rows(*(((str(number),), 1) for number in range(0, 1000, 2)))
    with check_link(LINK, {"shop": orders, "people": users}, tmp_path) as checked:
        result = checked.result()
        proof = checked.prove((str(number),) for number in range(1, 1000, 4))
    assert (result.checked, result.broken, result.broken_values) == (2000, 1000, 500)
    assert (proof.broken_before, proof.broken_by_restore) == (500, 500)
