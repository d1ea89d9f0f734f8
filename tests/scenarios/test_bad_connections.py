"""Wrong passwords and hosts that do not answer, through the command: typed, quick, and no secret."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest

from scenarios.interruptions import left_behind, prepare_shop, refuse_damage
from scenarios.shop import FILE, Shop, new_shop

# `check` finds, `status` tells a part, and the rest cannot begin.
CODES = {"check": 1, "status": 5, "backup": 3, "restore": 3}
CANARY = "canary-password-7f21"


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    """One store has a url, which the tests write."""
    with new_shop() as running:
        prepare_shop(running)
        yield running


def refused(url: str) -> str:
    """The same place with another password."""
    parts = urlsplit(url)
    where = f"{parts.username or ''}:{CANARY}@{parts.hostname}:{parts.port}"
    return urlunsplit(parts._replace(netloc=where))


def silent(url: str) -> str:
    """A port where nobody listens."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{parts.username or ''}:{CANARY}@127.0.0.1:1"))


FAULTS = {"SW-CONNECT-001": silent, "SW-CONNECT-002": refused}


@pytest.mark.parametrize("verb", CODES)
@pytest.mark.parametrize("store", ["orders", "live"])
@pytest.mark.parametrize("error", FAULTS)
def test_a_store_that_does_not_let_us_in(shop: Shop, verb: str, store: str, error: str) -> None:
    (named,) = shop.work.choose((store,))
    url = FAULTS[error](shop.work.target(named).location.url())
    other = shop.folder / "other.yaml"
    engine = f"{store}: {{engine: {named.engine}, url: env://CANARY_URL"
    other.write_text(
        FILE.replace(f"{store}: {{engine: {named.engine}", engine).replace(
            f"{store}:\n    engine: {named.engine}",
            f"{store}:\n    engine: {named.engine}\n    url: env://CANARY_URL",
        )
    )
    words = ("--store", store, "--into", "env://CANARY_URL") if verb == "restore" else ()
    done = shop.run(verb, *words, "-f", str(other), CANARY_URL=url)
    assert done.returncode == CODES[verb], done.stderr
    assert error in done.stdout + done.stderr
    assert CANARY not in done.stdout + done.stderr
    assert left_behind(shop) == []
    refuse_damage(shop)
