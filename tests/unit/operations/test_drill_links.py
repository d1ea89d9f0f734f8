"""L5: a link that fails hides no link that is not known, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import msgspec
import pytest

from seawall.errors import UsageError
from seawall.model.collection import KeyCount
from seawall.model.drill import Level, State
from seawall.model.link import Fields, Link
from seawall.operations.drill_links import prove_links
from seawall.operations.drill_store import Bench
from seawall.operations.proof import BrokenAtPoint

USERS = Fields("people", "users", ("id",))
ORDERS = Link(Fields("shop", "orders", ("customer",)), USERS)
CARTS = Link(Fields("shop", "carts", ("customer",)), USERS)
NEWER = Link(Fields("shop", "added_later", ("customer",)), USERS)
HELD = {"users": ["1", "2"], "orders": ["1", "2"], "carts": ["1", "2"]}


class Records:
    """Both stores' records: one text per record of a collection."""

    def __init__(self, held: dict[str, list[str]]) -> None:
        self.held = held

    def read_keys(self, collection: str, fields: tuple[str, ...]) -> Iterator[KeyCount]:
        if collection not in self.held:
            raise UsageError("SW-LINK-001", attempted="a", happened="no such one.", hint="c")
        return (KeyCount((value,) * len(fields), 1) for value in self.held[collection])


def prove(
    folder: Path, links: tuple[Link, ...], checked_then: tuple[Link, ...], held: dict[str, Any]
) -> Any:
    """Prove links whose state at the point was: checked, and whole."""
    lines = [BrokenAtPoint(link.name, (), 0) for link in checked_then]
    pieces = mock.Mock(
        **{"read.return_value": [msgspec.json.encode(each) + b"\n" for each in lines]}
    )
    parts = [SimpleNamespace(store=name) for name in ("shop", "people")]
    engine = mock.Mock(**{"require.return_value": Records(held)})
    recovery: Any = SimpleNamespace(
        manifest=SimpleNamespace(stores=parts),
        work=SimpleNamespace(tier=SimpleNamespace(links=links)),
        vault=mock.Mock(**{"tier_pieces.return_value": pieces}),
    )
    runs: Any = [SimpleNamespace(part=part, engine=engine, client=object()) for part in parts]
    return prove_links(recovery, runs, Bench(ExitStack(), folder, frozenset(Level)))


def test_links_that_hold_pass_and_one_is_one_link(tmp_path: Path) -> None:
    one, _ = prove(tmp_path, (ORDERS,), (ORDERS,), HELD)
    two, _ = prove(tmp_path, (ORDERS, CARTS), (ORDERS, CARTS), HELD)
    assert (one.state, one.detail, two.detail) == (State.PASSED, "1 link", "2 links")


def test_a_broken_link_and_one_that_is_not_known_are_both_told(tmp_path: Path) -> None:
    held = {**HELD, "orders": ["1", "9"], "carts": ["8"]}
    result, proofs = prove(tmp_path, (CARTS, ORDERS), (ORDERS,), held)
    assert result.state is State.FAILED
    assert result.findings == (f"{ORDERS.name}: 1 record broken by the restore, such as 9",)
    assert result.detail == f"link {CARTS.name} was not checked at the point"
    assert [proof.checked_at_point for proof in proofs] == [False, True]


@pytest.mark.parametrize("links", [(NEWER, ORDERS), (ORDERS, NEWER)])
def test_a_link_that_the_backup_never_knew_is_no_fault_of_the_backup(
    tmp_path: Path, links: tuple[Link, ...]
) -> None:
    result, proofs = prove(tmp_path, links, (ORDERS,), HELD)
    assert (result.state, result.findings) == (State.SKIPPED, ())
    assert [proof.link for proof in proofs] == [ORDERS.name]


def test_a_known_link_that_cannot_be_checked_keeps_no_other_from_it(tmp_path: Path) -> None:
    result, proofs = prove(tmp_path, (NEWER, ORDERS), (NEWER, ORDERS), HELD)
    assert result.state is State.FAILED
    assert "SW-LINK-001" in result.findings[0]
    assert [proof.holds for proof in proofs] == [2]
