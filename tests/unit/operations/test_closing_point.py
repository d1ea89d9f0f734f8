"""The closing point: who is held, in which order, how often, and what it is called then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from seawall.capabilities import ALL, FENCE
from seawall.capability import Engine, Need, Rights
from seawall.errors import RefusedError
from seawall.model.point import Cut, Grade
from seawall.model.position import Position
from seawall.operations.closing_point import (
    HOLD_ATTEMPTS,
    OpenStore,
    choose_fences,
    take_point,
)


class Journal(list[str]):
    """What happened, in order."""


class Attempt:
    def __init__(self, name: str, journal: Journal, inexact: int) -> None:
        self.name, self.journal, self.inexact = name, journal, inexact

    def take(self) -> None:
        self.journal.append(f"cut {self.name}")

    def settle(self) -> Cut | None:
        self.inexact -= 1
        return None if self.inexact >= 0 else Cut(Position.single(self.name), exact=True)


class Session:
    """A backup session whose first cuts are not exact."""

    def __init__(self, name: str, journal: Journal, inexact: int = 0) -> None:
        self.attempt = Attempt(name, journal, inexact)

    @contextmanager
    def prepare(self) -> Iterator[Attempt]:
        self.attempt.journal.append(f"prepare {self.attempt.name}")
        yield self.attempt


class Fence:
    """A fence that finds the store changed for the first few holds."""

    def __init__(self, name: str, journal: Journal, drifts: int) -> None:
        self.name, self.journal, self.drifts = name, journal, drifts

    @contextmanager
    def prepare(self) -> Iterator[Fence]:
        yield self

    @contextmanager
    def hold(self, budget_ms: int) -> Iterator[None]:
        self.journal.append(f"hold {self.name} {budget_ms}")
        yield
        self.journal.append(f"release {self.name}")
        self.drifts -= 1
        if self.drifts >= 0:
            raise RefusedError("SW-BACKUP-011", attempted="hold", happened="It changed.", hint="")


class Client:
    def close(self) -> None:
        """Nothing to close."""


def store(
    name: str,
    journal: Journal,
    *,
    holdable: bool,
    drifts: int = 0,
    inexact: int = 0,
    need: Need = Need.LOGIN,
) -> OpenStore:
    fence = Fence(name, journal, drifts)
    engine: Engine[Any] = Engine(
        name="test",
        connect=lambda _: Client(),
        probe=lambda _: Rights(frozenset({Need.LOGIN}), {}),
        matrix=tuple(
            FENCE.by(lambda _: fence, needs=frozenset({need}))
            if column is FENCE and holdable
            else column.never("It is a test.")
            for column in ALL
        ),
        schemes=("test",),
        server_versions=(1, 1),
        tested_on="nothing",
    )
    session: Any = Session(name, journal, inexact)
    return OpenStore(name, engine, Client(), session)


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seawall.operations.closing_point.PAUSE_BETWEEN_SECONDS", 0.0)


def test_the_store_that_cannot_be_held_is_cut_last_and_inside_the_hold(journal: Journal) -> None:
    stores = [store("sql", journal, holdable=False), store("keys", journal, holdable=True)]
    with take_point(stores, "p", choose_fences(stores), 50) as taken:
        assert taken.point.grade is Grade.FENCED
        assert taken.point.attempts == 1
    assert journal[-4:] == ["hold keys 50", "cut keys", "cut sql", "release keys"]
    assert journal[:2] == ["prepare sql", "prepare keys"]


def test_of_stores_that_can_all_be_held_one_is_left_unheld(journal: Journal) -> None:
    stores = [store(name, journal, holdable=True) for name in ("a", "b", "c")]
    assert list(choose_fences(stores)) == ["b", "c"]


def test_one_store_alone_is_certified_without_any_hold(journal: Journal) -> None:
    stores = [store("keys", journal, holdable=True)]
    with take_point(stores, "p", choose_fences(stores)) as taken:
        assert taken.point.grade is Grade.CERTIFIED
        assert taken.point.hold_ms == 0.0
    assert journal == ["prepare keys", "cut keys"]


def test_two_stores_that_cannot_be_held_make_a_marked_point(journal: Journal) -> None:
    stores = [store(name, journal, holdable=False) for name in ("a", "b")]
    with take_point(stores, "p", choose_fences(stores)) as taken:
        assert taken.point.grade is Grade.MARKED
        assert taken.point.spread_ms > 0


def test_a_cut_that_is_not_exact_is_taken_again_in_a_new_hold(journal: Journal) -> None:
    stores = [
        store("sql", journal, holdable=False, inexact=2),
        store("keys", journal, holdable=True),
    ]
    with take_point(stores, "p", choose_fences(stores)) as taken:
        assert taken.point.attempts == 3
        assert taken.point.grade is Grade.FENCED


def test_a_hold_that_ran_over_its_budget_is_taken_again(journal: Journal) -> None:
    stores = [
        store("sql", journal, holdable=False),
        store("keys", journal, holdable=True, drifts=1),
    ]
    with take_point(stores, "p", choose_fences(stores)) as taken:
        assert taken.point.attempts == 2


def test_when_no_hold_succeeds_the_point_is_only_marked(journal: Journal) -> None:
    stores = [
        store("sql", journal, holdable=False),
        store("keys", journal, holdable=True, drifts=99),
    ]
    with take_point(stores, "p", choose_fences(stores)) as taken:
        assert taken.point.grade is Grade.MARKED
        assert taken.point.attempts == HOLD_ATTEMPTS + 1
        assert taken.point.hold_ms == 0.0


def test_without_any_exact_cut_there_is_no_point(journal: Journal) -> None:
    stores = [store("sql", journal, holdable=False, inexact=99)]
    with pytest.raises(RefusedError) as caught, take_point(stores, "p", {}):
        pytest.fail("a point was taken")
    assert caught.value.code == "SW-BACKUP-012"


def test_without_the_right_to_hold_the_point_is_only_marked(journal: Journal) -> None:
    stores = [
        store("sql", journal, holdable=False),
        store("keys", journal, holdable=True, need=Need.ADMIN),
    ]
    assert choose_fences(stores) == {}
    with take_point(stores, "p", choose_fences(stores)) as taken:
        assert taken.point.grade is Grade.MARKED
