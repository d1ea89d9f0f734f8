"""The promise of no lock-in: the printed recipe alone brings both stores back to the point."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from scenarios.shop import Shop, new_shop
from seawall.capabilities import BACKUP, FINGERPRINT
from seawall.capability import Engine
from seawall.engines.postgres import ENGINE as POSTGRES
from seawall.engines.postgres import base_backup, dump
from seawall.model.fingerprint import compare
from seawall.model.location import Location
from seawall.model.manifest import Manifest
from seawall.model.progress import Silent
from seawall.model.secret import Secret
from seawall.model.target import Target
from seawall.model.tier import Store
from seawall.operations.backup import back_up
from seawall.operations.proof import read_fingerprint
from seawall.operations.vault import key_path
from seawall.operations.workplace import Workplace
from seawall.servers.os_users import choose_os_user, give_to

ORDERS = 300
ANSWER_SECONDS = 60.0

pytestmark = pytest.mark.skipif(
    not (shutil.which("age") and shutil.which("zstd")),
    reason="a recipe needs age and zstd: run scripts/install_system_servers.sh",
)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with new_shop() as running:
        running.fill(ORDERS)
        yield running


@dataclass(frozen=True)
class Opened:
    """What a recipe has started: the folders of its sockets."""

    orders: str
    live: str

    def sql(self) -> psycopg.Connection:
        return psycopg.connect(host=self.orders, user="postgres", dbname="postgres")

    def keys(self) -> redis.Redis:
        """A connection; while it loads, the server answers that it does."""
        keys = redis.Redis(unix_socket_path=f"{self.live}/socket", decode_responses=True)
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            try:
                keys.ping()
            except redis.ConnectionError:
                assert time.monotonic() < deadline
                threading.Event().wait(0.02)
            else:
                return keys


def run_as_told(shop: Shop, text: str, path: str) -> subprocess.CompletedProcess[str]:
    """Fill in what the recipe leaves to its reader, and run it as a user that is not root."""
    folder = shop.folder / "opened"
    folder.mkdir(mode=0o700)
    shutil.copytree(shop.work.tier.repository.url, folder / "repository")
    shutil.copy(key_path(shop.work.tier, shop.work.surroundings), folder / "key")
    text = re.sub(r"^REPOSITORY=.*$", "REPOSITORY=repository", text, flags=re.MULTILINE)
    (folder / "recipe.sh").write_text(text.replace("path/of/the/age/identity", "key"))
    user = choose_os_user(("nobody",))
    give_to(folder, user)
    return subprocess.run(
        ["/bin/bash", "recipe.sh"],
        cwd=folder,
        env={"PATH": path, "TMPDIR": str(folder), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
        user=user.uid if user else None,
        group=user.gid if user else None,
        extra_groups=[] if user else None,
    )


def programs_alone(shop: Shop, manifest: Manifest) -> str:
    """A PATH with the engines' programs and the system's; nothing of Seawall is on it."""
    folders: list[Path] = []
    for part in manifest.stores:
        (store,) = shop.work.choose((part.store,))
        programs = shop.work.programs(shop.work.engine(store), part.server_version)
        assert programs
        folders.append(programs.folder)
    return ":".join([*map(str, folders), "/usr/bin", "/bin"])


def open_by_recipe(shop: Shop, manifest: Manifest) -> Opened:
    text = shop.run("backups", manifest.id, "--recipe").stdout
    done = run_as_told(shop, text, programs_alone(shop, manifest))
    assert done.returncode == 0, done.stdout + done.stderr
    orders, live = re.findall(
        r"^It answers.*: [a-z-]+ -[hs] (\S+?)(?:/socket)?(?: |$)", done.stdout, re.MULTILINE
    )
    return Opened(orders, live)


@contextmanager
def only_method(monkeypatch: pytest.MonkeyPatch, method: str) -> Iterator[None]:
    """Within, PostgreSQL is backed up by one method."""
    original = Workplace.engine
    offers = tuple(
        offer
        for offer in POSTGRES.matrix
        if offer.capability != BACKUP.name or offer.method == method
    )

    def engine_of(work: Workplace, store: Store) -> Engine[Any]:
        engine = original(work, store)
        return replace(engine, matrix=offers) if engine is POSTGRES else engine

    with monkeypatch.context() as patch:
        patch.setattr(Workplace, "engine", engine_of)
        yield


@pytest.mark.parametrize("method", [base_backup.METHOD, dump.METHOD])
def test_the_printed_recipe_opens_both_stores_at_the_point_without_seawall(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    with only_method(monkeypatch, method), shop.writers():
        manifest = back_up(shop.work, shop.vault, Silent())
    records = {part.store: part.records for part in manifest.stores}
    assert {part.store: part.method for part in manifest.stores}["orders"] == method
    opened = open_by_recipe(shop, manifest)
    with opened.sql() as sql, opened.keys() as keys:
        orders: dict[int, str] = dict(sql.execute("SELECT id, token FROM orders").fetchall())
        lines = sql.execute("SELECT count(*) FROM lines").fetchone()
        there = set(keys.scan_iter(count=1000))
        sample = sql.execute("SELECT amount::text, note FROM orders WHERE id = 149").fetchone()
        assert keys.hgetall("order:149") == {"state": "paid"}
    assert sample == ("21.29", "x" * 49)
    assert len(orders) > ORDERS
    assert lines
    assert len(orders) + lines[0] == records["orders"]
    assert len(there) == records["live"]
    # The writers write a token before its order and the state after it.
    assert {f"token:{token}" for token in orders.values()} <= there
    assert {int(key[6:]) for key in there if key.startswith("order:")} <= set(orders)
    assert fingerprint_differences(shop, manifest, opened) == ()


def fingerprint_differences(shop: Shop, manifest: Manifest, opened: Opened) -> tuple[str, ...]:
    """What of the orders, their roles and definitions is not as it was at the point."""
    (part,) = [part for part in manifest.stores if part.store == "orders"]
    expected = read_fingerprint(shop.vault.pieces(manifest, part))
    assert expected
    location = Location("postgres", opened.orders, 5432, "postgres", Secret(""), "postgres")
    client = POSTGRES.connect(Target("orders", location))
    try:
        found = POSTGRES.require(FINGERPRINT, client).take(bytes.fromhex(expected.key))
    finally:
        client.close()
    return compare(expected, found, time.time()).differences


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be told not to be root")
def test_the_recipe_tells_root_that_postgresql_refuses_it(shop: Shop) -> None:
    manifest = back_up(shop.work, shop.vault, Silent())
    text = shop.vault.recipe(manifest)
    steps = text[text.index("cd orders\n") + len("cd orders\n") : text.index("DATA=")]
    done = subprocess.run(["/bin/bash", "-c", steps], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "refuses to run as root" in done.stderr
