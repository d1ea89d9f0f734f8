"""A ledger's content for the conformance suite."""

from __future__ import annotations

from contextlib import closing

from architecture.toy.ledger.client import LedgerClient
from seawall.model.target import Target
from servers.seed import Seed


def fill(target: Target, records: int) -> None:
    with closing(LedgerClient(target)) as client:
        client.append(
            *(
                ("filled", str(n), {"note": f"note {n}"} | ({"parent": n} if n % 2 else {}))
                for n in range(1, records + 1)
            ),
            ("hard", "é🌊", {"": None, "flag": True, "exact": 0.1, "list": [1, {}], "text": "\n"}),
        )


def add(target: Target, number: int) -> None:
    with closing(LedgerClient(target)) as client:
        client.append(("filled", str(number), {"note": "more"}))


def change(target: Target) -> None:
    with closing(LedgerClient(target)) as client:
        client.append(("filled", "3", {"note": "changed", "parent": 3}))


def remove(target: Target, number: int) -> None:
    with closing(LedgerClient(target)) as client:
        client.append(("filled", str(number), None))


SEED = Seed((), fill, add, change, remove, "filled")
