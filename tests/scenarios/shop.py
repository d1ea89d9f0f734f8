"""A small application over two stores, for the promises: its tier, its content, its writers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import redis

from seawall import registry
from seawall.datafile.file import load
from seawall.interfaces.cli.environment import current_surroundings
from seawall.model.progress import Silent
from seawall.model.surroundings import Surroundings
from seawall.operations.up import start_tier
from seawall.operations.vault import Vault, create_key, open_vault
from seawall.operations.workplace import Workplace, open_workplace
from seawall.servers import processes

# The wheel's server is Valkey, the distribution's is Redis.
COMMAND = (sys.executable, "-m", "seawall")
KEYS_ENGINE = "redis" if os.environ.get("SEAWALL_PROVIDER") == "system" else "valkey"
FILE = f"""
version: 1
app: shop
objectives: {{rto: 5m, rpo: 1h}}
stores:
  orders: {{engine: postgres}}
  live:
    engine: {KEYS_ENGINE}
    collections: {{order: "order:{{id}}", token: "token:{{id}}", session: "session:{{id}}"}}
links:
  - {{every: orders.orders.token, exists_in: live.token.id}}
  - {{every: live.order.id, exists_in: orders.orders.id}}
  - {{every: orders.lines.order_id, exists_in: orders.orders.id}}
"""
SCHEMA = """
CREATE ROLE shop_app LOGIN;
CREATE TABLE orders (id bigint PRIMARY KEY, token text, amount numeric(10, 2), note text);
CREATE TABLE lines (order_id bigint, sku text, pieces integer);
GRANT SELECT, INSERT ON orders, lines TO shop_app;
"""
DANGLING_LINES = 3


@dataclass
class Shop:
    """The application: `orders` in PostgreSQL, `live` in Valkey.

    Attributes:
        folder: Holds `seawall.yaml`.
        work: The tier, opened.
        vault: Its repository.
        environment: For commands run as processes of their own.
        rounds: How often writers have run: each round writes numbers of its own.
    """

    folder: Path
    work: Workplace
    environment: dict[str, str]
    rounds: int = 0

    @property
    def vault(self) -> Vault:
        """The repository, opened anew."""
        return open_vault(self.work.tier, self.work.surroundings)

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run `seawall` as its users do, with more variables perhaps."""
        return subprocess.run(
            [*COMMAND, *words],
            cwd=self.folder,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=170,
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Begin `seawall` and go on."""
        return subprocess.Popen(
            [*COMMAND, *words],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def data(self, *words: str) -> Any:
        """The data of a verb's JSON, whatever its exit code."""
        return json.loads(self.run(*words, "-o", "json").stdout)["data"]

    def sql(self) -> psycopg.Connection:
        """A connection to the orders."""
        (store,) = self.work.choose(("orders",))
        return psycopg.connect(self.work.target(store).location.url(), autocommit=True)

    def keys(self) -> redis.Redis:
        """A connection to the live state."""
        (store,) = self.work.choose(("live",))
        place = self.work.target(store).location
        return redis.Redis(place.host, place.port, password=place.password.reveal())

    def fill(self, orders: int) -> None:
        """Orders with their tokens and lines; DANGLING_LINES lines were broken all along."""
        with self.sql() as sql:
            sql.execute(SCHEMA)
            sql.execute(
                "INSERT INTO orders SELECT n, 't' || n, n / 7.0, repeat('x', n %% 50)"
                " FROM generate_series(1, %s) AS n",
                (orders,),
            )
            sql.execute("INSERT INTO lines SELECT id, 'sku' || id, 1 FROM orders")
            sql.execute(
                "INSERT INTO lines SELECT -n, 'lost', 1 FROM generate_series(1, %s) AS n",
                (DANGLING_LINES,),
            )
        with self.keys() as keys, keys.pipeline(transaction=False) as pipe:
            for number in range(1, orders + 1):
                pipe.set(f"token:t{number}", number)
                pipe.hset(f"order:{number}", mapping={"state": "paid"})
            pipe.set("session:short", "user", ex=900)
            pipe.execute()

    @contextmanager
    def writers(self, count: int = 4) -> Iterator[threading.Event]:
        """Writers that touch both stores: a token before its order, the state after it.

        Yields an event that is set once every writer has written.
        """
        stop, going = threading.Event(), threading.Barrier(count + 1)
        self.rounds += 1
        threads = [
            threading.Thread(
                target=self._write, args=((self.rounds * 100 + n) * 1_000_000, stop, going)
            )
            for n in range(count)
        ]
        for thread in threads:
            thread.start()
        going.wait(30)
        try:
            yield stop
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def _write(self, number: int, stop: threading.Event, going: threading.Barrier) -> None:
        with self.sql() as sql, self.keys() as keys:
            first = True
            while not stop.is_set():
                number += 1
                keys.set(f"token:t{number}", number)
                sql.execute("INSERT INTO orders VALUES (%s, %s, 1, 'w')", (number, f"t{number}"))
                keys.hset(f"order:{number}", "state", "new")
                if first:
                    going.wait(30)
                    first = False


@contextmanager
def new_shop(file: str = FILE) -> Iterator[Shop]:
    """A running, empty shop in a folder of its own; everything of it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="seawall-shop-"))
    folder.chmod(0o711)
    surroundings = Surroundings(
        os.environ.get("SEAWALL_PROVIDER", ""),
        folder / "shared",
        folder / "config/seawall/keys",
        current_surroundings().programs,
    )
    environment = dict(os.environ) | {
        "SEAWALL_HOME": str(surroundings.shared_home),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }
    try:
        (folder / "seawall.yaml").write_text(file)
        tier = load(folder / "seawall.yaml", registry.names())
        create_key(tier, surroundings)
        work = open_workplace(tier, surroundings)
        start_tier(work, (), Silent())
        yield Shop(folder, work, environment)
    finally:
        for process in processes.inside(folder):
            processes.kill_tree(process)
        shutil.rmtree(folder, ignore_errors=True)
