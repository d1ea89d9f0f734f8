"""A file without mistakes becomes a tier with every default filled in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from seawall.datafile import find, load
from seawall.errors import UsageError
from seawall.model.link import Fields, Link
from seawall.model.tier import (
    BackupPolicy,
    Objectives,
    ObjectStore,
    RepositoryCopy,
    RepositorySettings,
    SecretRef,
    Store,
    Tier,
)
from unit.datafile.marked import ENGINES, RECIPIENT, mistakes_in, read, write

ALL_KEYS = f"""\
version: 1
app: shop
objectives: {{rto: 1h, rpo: 15m}}
repository:
  url: /mnt/backups/shop
  recipients: [{RECIPIENT}]
  identity: file:///etc/seawall/shop.key
backup: {{base: hourly, keep: {{daily: 7, weekly: 4, monthly: 12}}}}
stores:
  orders:
    engine: postgres
    url: env://ORDERS_URL
    backup: {{base: weekly}}
    objectives: {{rpo: 30s}}
  live:
    engine: valkey
    collections: {{session: "session:{{id}}", flight: "flight:{{origin}}:{{key}}"}}
    backup: none
links:
  - {{every: orders.sales.orders.id, exists_in: live.flight.key}}
  - every: {{store: orders, collection: lines, fields: [order.id, sku]}}
    exists_in: {{store: orders, collection: items, fields: [order_id, sku]}}
"""


def test_the_smallest_legal_file_has_every_default(tmp_path: Path) -> None:
    folder = tmp_path / "My Shop 2"
    folder.mkdir()
    tier = read(folder, "stores: {db: {engine: postgres}}")
    assert tier == Tier(
        app="my-shop-2",
        path=folder / "seawall.yaml",
        stores=(Store("db", "postgres", None, (), BackupPolicy("daily"), Objectives()),),
        links=(),
        objectives=Objectives(),
        repository=RepositorySettings(str(folder / ".seawall/repository"), True, (), None),
        backup=BackupPolicy("daily"),
    )


def test_every_key_reaches_the_tier(tmp_path: Path) -> None:
    keep = (("daily", 7), ("weekly", 4), ("monthly", 12))
    patterns = (("session", "session:{id}"), ("flight", "flight:{origin}:{key}"))
    assert read(tmp_path, ALL_KEYS) == Tier(
        app="shop",
        path=tmp_path / "seawall.yaml",
        stores=(
            Store(
                name="orders",
                engine="postgres",
                url=SecretRef("env", "ORDERS_URL", "seawall.yaml:12:10"),
                patterns=(),
                backup=BackupPolicy("weekly", keep),
                objectives=Objectives(3600.0, 30.0),
            ),
            Store(
                name="live",
                engine="valkey",
                url=None,
                patterns=patterns,
                backup=BackupPolicy("none"),
                objectives=Objectives(3600.0, 900.0),
            ),
        ),
        links=(
            Link(
                Fields("orders", "sales.orders", ("id",)),
                Fields("live", "flight", ("key",)),
            ),
            Link(
                Fields("orders", "lines", ("order.id", "sku")),
                Fields("orders", "items", ("order_id", "sku")),
            ),
        ),
        objectives=Objectives(3600.0, 900.0),
        repository=RepositorySettings(
            url="/mnt/backups/shop",
            is_default=False,
            recipients=(RECIPIENT,),
            identity=SecretRef("file", "/etc/seawall/shop.key", "seawall.yaml:7:13"),
        ),
        backup=BackupPolicy("hourly", keep),
    )


def test_a_store_keeps_what_the_tier_says_until_it_says_otherwise(tmp_path: Path) -> None:
    text = (
        "backup: {base: weekly, keep: {daily: 7}}\n"
        "objectives: {rto: 2d}\n"
        "stores:\n"
        "  a: {engine: redis}\n"
        "  b: {engine: redis, backup: {base: hourly}, objectives: {rpo: 1m}}\n"
        "  c: {engine: redis, backup: {keep: {weekly: 2}}, objectives: {rto: 1s}}\n"
        "  d: {engine: redis, backup: none}\n"
    )
    a, b, c, d = read(tmp_path, text).stores
    assert (a.backup, a.objectives) == (BackupPolicy("weekly", (("daily", 7),)), Objectives(172800))
    assert b.backup == BackupPolicy("hourly", (("daily", 7),))
    assert b.objectives == Objectives(172800, 60)
    assert (c.backup, c.objectives) == (BackupPolicy("weekly", (("weekly", 2),)), Objectives(1))
    assert (d.backup, d.is_backed_up) == (BackupPolicy("none"), False)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("backups", "{}/backups"),
        ("../backups", "{}/../backups"),
        ("/mnt/backups", "/mnt/backups"),
        ("file:///mnt/backups", "/mnt/backups"),
    ],
)
def test_a_folder_of_the_repository_is_relative_to_the_file(
    tmp_path: Path, url: str, place: str
) -> None:
    tier = read(tmp_path, f"stores: {{db: {{engine: redis}}}}\nrepository: {{url: {url}}}\n")
    expected = place.format(tmp_path).replace(f"{tmp_path.name}/../", "")
    assert tier.repository == RepositorySettings(expected, False, (), None)


def test_an_object_store_is_read_with_its_login_and_its_copies(tmp_path: Path) -> None:
    tier = read(
        tmp_path,
        "stores: {db: {engine: redis}}\n"
        "repository:\n"
        "  url: s3://shop-backups/shop/\n"
        "  endpoint: https://s3.example.com:9000/\n"
        "  region: eu-west-1\n"
        "  access_key_id: env://ID\n"
        "  secret_access_key: file:///run/secret\n"
        "  ca: ca.pem\n"
        "  copies:\n"
        "    - {url: ../offsite}\n"
        "    - {url: s3://other, access_key_id: env://A, secret_access_key: env://B,"
        " session_token: env://T}\n",
    )
    settings = tier.repository
    assert settings.url == "s3://shop-backups/shop"
    assert settings.store == ObjectStore(
        "https://s3.example.com:9000",
        "eu-west-1",
        SecretRef("env", "ID", "seawall.yaml:6:18"),
        SecretRef("file", "/run/secret", "seawall.yaml:7:22"),
        None,
        tmp_path / "ca.pem",
    )
    folder, other = settings.copies
    assert folder == RepositoryCopy(str(tmp_path.parent / "offsite"), ObjectStore())
    assert str(other.store.session_token) == "env://T"
    assert (other.url, other.store.endpoint, other.store.ca) == ("s3://other", "", None)


def test_a_path_is_made_absolute_where_the_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "stores: {db: {engine: redis}}")
    monkeypatch.chdir(tmp_path)
    assert load(Path("seawall.yaml"), ENGINES).path == tmp_path / "seawall.yaml"


@pytest.mark.parametrize(
    ("folder", "app"),
    [("shop", "shop"), ("Müller & Söhne", "muller-sohne"), ("42", "app"), ("-rf", "rf")],
)
def test_an_app_without_a_name_is_named_after_its_folder(
    tmp_path: Path, folder: str, app: str
) -> None:
    (tmp_path / folder).mkdir()
    assert read(tmp_path / folder, "stores: {db: {engine: redis}}").app == app


def test_the_engines_a_file_may_name_are_the_callers(tmp_path: Path) -> None:
    path = write(tmp_path, "stores: {db: {engine: other}}")
    assert load(path, ("other",)).stores[0].engine == "other"
    assert mistakes_in(tmp_path, "stores: {db: {engine: other}}")


def test_the_file_is_found_in_the_nearest_folder_above(tmp_path: Path) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    path = write(tmp_path, "")
    assert find(below) == find(tmp_path) == path
    nearer = write(tmp_path / "a", "")
    assert find(below) == nearer
    assert find(below / "c" / "missing") == nearer


def test_a_folder_of_the_files_name_is_not_the_file(tmp_path: Path) -> None:
    (tmp_path / "a" / "seawall.yaml").mkdir(parents=True)
    path = write(tmp_path, "")
    assert find(tmp_path / "a") == path


def test_a_search_in_vain_says_where_it_began(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        find(tmp_path, "nobody-has-this.yaml")
    assert caught.value.code == "SW-FILE-002"
    assert str(tmp_path) in str(caught.value)


def test_a_thousand_stores_keep_their_order(tmp_path: Path) -> None:
    names = [f"s{number}" for number in range(1000)]
    text = "stores:\n" + "".join(f"  {name}: {{engine: redis, url: env://X}}\n" for name in names)
    stores = read(tmp_path, text).stores
    assert [store.name for store in stores] == names
    assert {replace(store, name="", url=None) for store in stores} == {
        Store("", "redis", None, (), BackupPolicy(), Objectives())
    }
