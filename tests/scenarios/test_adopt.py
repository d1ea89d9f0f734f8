"""Databases that exist already are adopted without a change, and drilled at once."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
import yaml
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from interfaces.cli.command import Command
from interfaces.cli.conftest import make_command
from seawall.errors import RefusedError
from seawall.model.location import Location
from seawall.model.progress import Silent
from seawall.model.secret import Secret
from seawall.operations.adopt import Address, adopt
from seawall.servers import processes
from seawall.servers.ports import choose_port
from servers.real import RealServers, programs_of, surroundings, temporary_home

HOSTILE = 'a "b".c\n  evil: {x: y} # ü'
SCHEMA = f"""
DROP SCHEMA public CASCADE; CREATE SCHEMA public;
CREATE TABLE users (id uuid PRIMARY KEY, name text);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id uuid REFERENCES users(id), sku text);
CREATE TABLE lines (order_id bigint, n int, PRIMARY KEY (order_id, n));
CREATE TABLE "{HOSTILE.replace('"', '""')}" ("i.d" text PRIMARY KEY, up text);
ALTER TABLE "{HOSTILE.replace('"', '""')}" ADD FOREIGN KEY (up)
    REFERENCES "{HOSTILE.replace('"', '""')}" ("i.d");
"""


@pytest.fixture(scope="module")
def urls(real_servers: RealServers) -> Iterator[dict[str, str]]:
    """A filled PostgreSQL and a filled Valkey that no file of Seawall names."""
    sql = real_servers.target("postgres").location
    keys = real_servers.target("valkey").location
    with psycopg.connect(sql.url(), autocommit=True) as connection:
        connection.execute(SCHEMA)
        users = [str(uuid.uuid4()) for _ in range(300)]
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO users VALUES (%s, 'x')", [(user,) for user in users])
            cursor.executemany(
                "INSERT INTO orders VALUES (%s, %s, 'sku')", list(enumerate(users, 1))
            )
        connection.execute("INSERT INTO lines SELECT id, 1 FROM orders")
    store = redis.Redis(host=keys.host, port=keys.port, password=keys.password.reveal())
    store.flushall()
    for number, user in enumerate(users, 1):
        store.set(f"cart:{user}", "x")
        store.hset(f"order:{number}:status", "state", "paid")
    store.set("a\x01\n: {evil}", "x")
    store.close()
    yield {"ORDERS": sql.url(), "CARTS": keys.url().replace("valkey://", "redis://")}
    with psycopg.connect(sql.url(), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


@pytest.fixture
def seawall() -> Iterator[Command]:
    with temporary_home() as home:
        yield make_command(home)


def test_nothing_is_changed_and_the_new_tier_is_drilled(
    seawall: Command, urls: dict[str, str]
) -> None:
    own = seawall.using(**urls)
    with psycopg.connect(urls["ORDERS"], autocommit=True) as connection:
        written = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text"
        before = connection.execute(written).fetchone()
        done = own.run("adopt", "env://ORDERS", "env://CARTS", "-o", "json")
        assert done.code == 0, done.err
        assert connection.execute(written).fetchone() == before
    told = done.json()["data"]
    assert {link["link"]: link["confidence"] for link in told["links"]} == {
        "valkey.cart.id -> postgres.users.id": "certain",
        "valkey.order_status.id -> postgres.orders.id": "likely",
        "postgres.orders.id -> valkey.order_status.id": "likely",
        "postgres.lines.order_id -> valkey.order_status.id": "likely",
        "postgres.users.id -> valkey.cart.id": "certain",
        "postgres.orders.user_id -> valkey.cart.id": "certain",
        "postgres.orders.user_id -> postgres.users.id": "certain",
        "postgres.lines.order_id -> postgres.orders.id": "likely",
        f"postgres.{HOSTILE}.up -> postgres.{HOSTILE}.i.d": "certain",
    }
    text = (seawall.folder / "seawall.yaml").read_text()
    links = yaml.safe_load(text)["links"]
    assert {"every": "valkey.cart.id", "exists_in": "postgres.users.id"} in links
    assert len(links) == 5
    assert "# - {every: postgres.lines.order_id, exists_in: postgres.orders.id}" in text
    for arguments in (("check",), ("backup",)):
        assert own.run(*arguments).code == 0, arguments
    drilled = own.run("drill", "-o", "json")
    assert drilled.code == 0, drilled.err
    assert drilled.json()["data"]["verdict"] == "verified"


def test_a_url_with_a_password_is_kept_in_a_private_file(
    seawall: Command, urls: dict[str, str]
) -> None:
    done = seawall.run("adopt", urls["CARTS"])
    assert done.code == 0, done.err
    assert "env://NAME is not" in done.err
    password = Location.parse(urls["CARTS"]).password.reveal()
    text = (seawall.folder / "seawall.yaml").read_text()
    assert password not in text + done.out + done.err
    kept = Path(yaml.safe_load(text)["stores"]["valkey"]["url"].removeprefix("file://"))
    assert kept.stat().st_mode & 0o777 == 0o600
    assert seawall.run("status").code == 0


@pytest.mark.parametrize(
    ("change", "code", "error"),
    [
        ({"password": Secret("wrong")}, 3, "SW-CONNECT-002"),
        ({"port": 1}, 3, "SW-CONNECT-001"),
        ({"scheme": "oracle"}, 2, "SW-ADOPT-002"),
    ],
    ids=str,
)
def test_a_server_that_cannot_be_opened_leaves_no_file(
    seawall: Command, urls: dict[str, str], change: dict[str, object], code: int, error: str
) -> None:
    from dataclasses import replace  # noqa: PLC0415 - only here

    bad = replace(Location.parse(urls["ORDERS"]), **change).url()  # type: ignore[arg-type]
    done = seawall.using(BAD=bad, **urls).run("adopt", "env://CARTS", "env://BAD")
    assert done.code == code
    assert error in done.err
    assert "wrong" not in done.err + done.out
    assert not (seawall.folder / "seawall.yaml").exists()
    assert not list(seawall.folder.glob(".seawall/urls/*"))


def test_a_file_that_exists_is_not_overwritten(seawall: Command, urls: dict[str, str]) -> None:
    (seawall.folder / "seawall.yaml").write_text("mine\n")
    done = seawall.using(**urls).run("adopt", "env://CARTS")
    assert done.code == 4
    assert "SW-CLI-010" in done.err
    assert (seawall.folder / "seawall.yaml").read_text() == "mine\n"


def test_no_url_is_a_mistake(seawall: Command) -> None:
    done = seawall.run("adopt")
    assert done.code == 2
    assert "--discover" in done.err


def test_a_login_without_rights_is_adopted_and_told_the_grants(
    seawall: Command, urls: dict[str, str]
) -> None:
    with psycopg.connect(urls["ORDERS"], autocommit=True) as connection:
        connection.execute("CREATE ROLE nobody_much LOGIN PASSWORD 'x'")
        try:
            weak = Location.parse(urls["ORDERS"]).with_login("nobody_much", Secret("x")).url()
            done = seawall.using(WEAK=weak).run("adopt", "env://WEAK")
        finally:
            connection.execute("DROP ROLE nobody_much")
    assert done.code == 0, done.err
    text = (seawall.folder / "seawall.yaml").read_text()
    assert "GRANT pg_read_all_data TO nobody_much" in text
    assert yaml.safe_load(text)["stores"]["postgres"]["backup"] == "none"


@pytest.fixture
def open_port(tmp_path: Path) -> Iterator[int]:
    """A server of this machine that lets everybody in."""
    port = choose_port()
    argv = (
        *(str(programs_of("valkey").program("valkey-server")), "--port", str(port)),
        *("--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)),
    )
    process = processes.spawn(argv, tmp_path, tmp_path / "log", None)
    try:
        with redis.Redis(port=port, retry=Retry(ConstantBackoff(0.02), 500)) as store:
            store.ping()
        yield port
    finally:
        processes.kill_tree(process)


def test_discover_adopts_what_is_open_and_names_what_needs_a_login(
    seawall: Command, urls: dict[str, str], open_port: int
) -> None:
    closed = Location.parse(urls["ORDERS"]).port
    done = seawall.run("adopt", "--discover", "-o", "json")
    assert done.code == 0, done.err
    assert str(closed) in json.dumps(done.json()["data"]["left_out"])
    assert f":{open_port}" in (seawall.folder / "seawall.yaml").read_text()


def test_where_every_server_needs_a_login_nothing_is_written(
    urls: dict[str, str], tmp_path: Path
) -> None:
    """As `--discover` would find them; other servers of this machine may be open."""
    found = [
        Address(Location.parse(url).with_login("", Secret("")), None, must_open=False)
        for url in urls.values()
    ]
    with pytest.raises(RefusedError) as caught:
        adopt(tmp_path / "seawall.yaml", found, surroundings(), Silent())
    assert caught.value.code == "SW-ADOPT-001"
    assert str(found[0].location.port) in caught.value.happened
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_five_thousand_tables_are_adopted(seawall: Command, urls: dict[str, str]) -> None:
    with psycopg.connect(urls["ORDERS"], autocommit=True) as connection:
        for start in range(0, 5000, 500):
            connection.execute(
                "".join(
                    f"CREATE TABLE many_{n} (id uuid PRIMARY KEY, many_{n + 1}_id uuid, note text);"
                    for n in range(start, start + 500)
                )
            )
        done = seawall.using(**urls).run("adopt", "env://ORDERS", "env://CARTS", "-o", "json")
        for start in range(0, 5000, 500):
            names = ", ".join(f"many_{n}" for n in range(start, start + 500))
            connection.execute(f"DROP TABLE {names}")
    assert done.code == 0, done.err
    assert done.json()["data"]["stores"][0]["collections"] == 5004
    text = (seawall.folder / "seawall.yaml").read_text()
    assert "more by name, whose values were not compared" in text
    assert len(text) < 100_000
