"""What is read at the cut is what the pieces hold, whatever writers do meanwhile."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from engines.mongodb.lab import Lab, verify
from engines.mongodb.writers import writing
from seawall.engines.mongodb import dump, log_dump

POINTS = {log_dump.METHOD: 10, dump.METHOD: 4}


@pytest.fixture
def filled(lab: Lab) -> Lab:
    shop = lab.driver.shop
    shop.items.insert_many([{"_id": n, "n": n, "tags": [n, "b"]} for n in range(200)])
    shop.items.create_index("n")
    shop.create_collection("lines")
    return lab


# Every run takes one point by the first method: the conformance suite's.
@pytest.mark.slow
@pytest.mark.parametrize("method", POINTS)
def test_every_point_under_writers_is_exact(filled: Lab, method: str) -> None:
    for _ in range(POINTS[method]):
        with ExitStack() as kept:
            with writing(filled):
                taken = kept.enter_context(filled.back_up(method))
            compared = filled.compare(taken)
            if method == log_dump.METHOD:
                assert verify(taken) == ()
        assert compared.differences == ()
        assert compared.proven >= 200
