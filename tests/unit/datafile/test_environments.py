"""Environments: what one says lies over the rest of the file, and nothing is shared by accident."""

from __future__ import annotations

from pathlib import Path

import pytest

from seawall.datafile import load
from seawall.errors import UsageError
from seawall.model.tier import Tier
from unit.datafile.marked import ENGINES, marked, mistakes_in, write

FILE = """\
app: shop
objectives: {rto: 1h, rpo: 1d}
repository: {url: /backups/shop, recipients: [RECIPIENT]}
stores:
  orders: {engine: postgres, objectives: {rto: 30m}}
  live: {engine: redis, url: env://LIVE, collections: {cart: "cart:{id}"}}
links:
  - {every: live.cart.id, exists_in: orders.users.id}
environments:
  production:
    stores:
      orders: {url: env://ORDERS, objectives: {rpo: 1m}}
      live: {backup: none}
    objectives: {rpo: 15m}
  staging:
    repository: {url: "s3://staging-backups", region: eu-west-1}
""".replace("RECIPIENT", "age1" + "q" * 58)


def read(folder: Path, environment: str = "") -> Tier:
    return load(write(folder, FILE), ENGINES, environment)


def test_without_a_name_the_file_is_as_if_it_had_none(tmp_path: Path) -> None:
    tier = read(tmp_path)
    assert [str(store.url) for store in tier.stores] == ["None", "env://LIVE"]
    assert tier.repository.url == "/backups/shop"
    assert tier.environment == ""


def test_what_an_environment_says_lies_over_the_rest(tmp_path: Path) -> None:
    tier = read(tmp_path, "production")
    orders, live = tier.stores
    assert (str(orders.url), str(live.url)) == ("env://ORDERS", "env://LIVE")
    assert (orders.objectives.rto_seconds, orders.objectives.rpo_seconds) == (1800, 60)
    assert (live.objectives.rto_seconds, live.objectives.rpo_seconds) == (3600, 900)
    assert not live.is_backed_up
    assert live.patterns == (("cart", "cart:{id}"),)
    assert len(tier.links) == 1
    assert tier.environment == "production"
    assert orders.url
    assert orders.url.where == "seawall.yaml:12:21"


def test_no_two_environments_have_their_backups_in_one_place(tmp_path: Path) -> None:
    assert read(tmp_path, "production").repository.url == "/backups/shop/production"
    staging = read(tmp_path, "staging").repository
    assert (staging.url, staging.store.region) == ("s3://staging-backups", "eu-west-1")
    assert staging.recipients == read(tmp_path).repository.recipients


def test_an_environment_that_is_none_is_a_mistake_with_a_suggestion(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, "prodution")
    assert caught.value.code == "SW-FILE-004"
    assert caught.value.hint == "Did you mean `production`?"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("{stores: {«ordres: {url: env://X}}}", "the file has no store 'ordres'"),
        ("{stores: {orders: {url: «'postgres://me:pw@db/x'}}}", "with the login it may hold"),
        ("{stores: {orders: {«engine: redis}}}", "not known here"),
        ("{repository: {url: «'gs://b'}}", "is not in this version"),
        ("{«links: []}", "not known"),
    ],
)
def test_mistakes_within_are_named_at_their_place(tmp_path: Path, line: str, text: str) -> None:
    content = marked(f"stores: {{orders: {{engine: postgres}}}}\nenvironments: {{prod: {line}}}\n")
    (mistake,) = mistakes_in(tmp_path, content.text)
    assert (mistake.spot.line, mistake.spot.column) == content.spots[0]
    assert text in mistake.text
