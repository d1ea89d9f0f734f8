"""`url` prints what an application's client takes as it is."""

from __future__ import annotations

import psycopg
import redis

from interfaces.cli.command import Command

FILE = """\
stores:
  orders: {engine: postgres}
  sessions: {engine: valkey}
  far: {engine: valkey, url: env://FAR}
"""


def test_the_drivers_of_both_engines_take_the_printed_url(seawall: Command) -> None:
    (seawall.folder / "seawall.yaml").write_text(FILE)
    assert seawall.run("up").code == 0
    with psycopg.connect(seawall.run("url", "orders").out.strip()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with redis.Redis.from_url(seawall.run("url", "sessions").out.strip()) as client:
        assert client.ping()


def test_a_url_of_the_file_is_printed_for_clients_too(seawall: Command) -> None:
    (seawall.folder / "seawall.yaml").write_text(FILE)
    done = seawall.using(FAR="valkeys://me:word@db.example:6380/0").run("url", "far")
    assert done.out == "rediss://me:word@db.example:6380/0\n"
