"""A source with an extension that is not on this machine: named, and never called a bad backup."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from scenarios.shop import Shop, new_shop
from seawall.model.target import Target
from seawall.servers.local import LocalServer
from seawall.servers.programs import find_programs

INCOMPLETE, REFUSED = 5, 4
EXTENSION = "lonely_extension"
FILE = """
app: shop
stores:
  orders: {engine: postgres, url: env://ORDERS_URL}
  empty: {engine: postgres, backup: none}
"""


@pytest.fixture
def shop() -> Iterator[Shop]:
    with new_shop(FILE) as running:
        yield running


@pytest.fixture
def source(shop: Shop) -> Target:
    """A server on its own copy of the programs, which has one extension more."""
    (store,) = shop.work.choose(("empty",))
    engine = shop.work.engine(store)
    programs = find_programs(engine, shop.work.surroundings)
    tree = programs.folder.parent
    copy = shop.folder / "more" / tree.parent.name / tree.name
    shutil.copytree(tree, copy, symlinks=True)
    # A wheel's libraries lie beside its package.
    libraries = tree.parent.with_name(f"{tree.parent.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, shop.folder / "more" / libraries.name)
    (known,) = copy.rglob("plpgsql.control")
    _write_extension(known.parent)
    surroundings = replace(shop.work.surroundings, provider=str(copy / programs.folder.name))
    home = shop.folder / "source"
    home.mkdir(mode=0o711)
    target = LocalServer(engine, "source", home, surroundings).up()
    with psycopg.connect(target.location.url(), autocommit=True) as sql:
        sql.execute(f"CREATE EXTENSION {EXTENSION}")
        sql.execute(
            "CREATE TABLE orders AS SELECT n AS id, lonely(n) AS d FROM generate_series(1, 50) n"
        )
        # A login that may read everything and not replicate: its backup is a dump.
        sql.execute("CREATE ROLE reader LOGIN PASSWORD 'r' IN ROLE pg_read_all_data")
    return target


def _write_extension(folder: Path) -> None:
    (folder / f"{EXTENSION}.control").write_text("default_version = '1.0'\n")
    (folder / f"{EXTENSION}--1.0.sql").write_text(
        "CREATE FUNCTION lonely(n integer) RETURNS integer LANGUAGE sql RETURN n * 2;\n"
    )


@pytest.mark.slow
@pytest.mark.skipif(
    os.environ.get("SEAWALL_PROVIDER") == "system",
    reason="a distribution scatters its programs: no copy of them has extensions of its own",
)
def test_drill_and_restore_name_the_extension_and_what_to_install(
    shop: Shop, source: Target
) -> None:
    place = source.location
    url = f"postgres://reader:r@{place.host}:{place.port}/{place.database}"
    backup = shop.run("backup", "-o", "json", ORDERS_URL=url)
    assert backup.returncode == 0, backup.stderr
    assert "dump" in json.loads(backup.stdout)["data"]["stores"][0]["method"]
    drill = shop.run("drill", "-o", "json", ORDERS_URL=url)
    assert drill.returncode == INCOMPLETE, drill.stdout
    levels = json.loads(drill.stdout)["data"]["levels"]
    (started,) = (each for each in levels if each["level"] == "L2")
    assert started["state"] == "skipped"
    assert EXTENSION in started["detail"]
    assert "Install what is missing" in started["detail"]
    assert "SW-POSTGRES-005" in started["detail"]
    (empty,) = shop.work.choose(("empty",))
    into = shop.work.target(empty).location.url()
    words = ("restore", "--store", "orders", "--into", "env://INTO")
    restore = shop.run(*words, ORDERS_URL=url, INTO=into)
    assert restore.returncode == REFUSED, restore.stderr
    assert "error SW-POSTGRES-005" in restore.stderr
    assert EXTENSION in restore.stderr
    with psycopg.connect(into) as sql:
        assert sql.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone() == (0,)
    provider = str(next((shop.folder / "more").rglob("bin/postgres")).parent)
    mended = shop.run("drill", ORDERS_URL=url, SEAWALL_PROVIDER=provider)
    assert mended.returncode == 0, mended.stdout
