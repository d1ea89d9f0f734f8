"""`env` and `shell`: logins for applications and for people."""

from __future__ import annotations

import shutil
import subprocess

import psycopg
import pytest
import redis

from interfaces.cli.command import Command

FILE = """\
stores:
  orders: {engine: postgres}
  live-keys: {engine: valkey}
"""


@pytest.fixture
def running(seawall: Command) -> Command:
    (seawall.folder / "seawall.yaml").write_text(FILE)
    assert seawall.run("up").code == 0
    return seawall


def test_a_shell_evaluates_what_env_prints_and_clients_take_it(running: Command) -> None:
    told = running.run("env").out
    script = f'{told}\nprintf "%s\\n" "$ORDERS_URL" "$LIVE_KEYS_URL"'
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True)
    orders, keys = done.stdout.split()
    with psycopg.connect(orders) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with redis.Redis.from_url(keys) as client:
        assert client.ping()
    named = running.run("env", "orders", "-o", "json").json()["data"]
    assert named == {"variables": {"ORDERS_URL": orders}}


@pytest.mark.skipif(shutil.which("redis-cli") is None, reason="redis-cli is not on this machine")
@pytest.mark.parametrize(
    ("store", "said", "heard"), [("orders", "SELECT 40 + 2", "42"), ("live-keys", "PING", "PONG")]
)
def test_a_shell_is_the_engines_own_client(
    running: Command, store: str, said: str, heard: str
) -> None:
    done = running.run("shell", store, stdin=f"{said}\n")
    assert done.code == 0, done.err
    assert heard in done.out
    told = running.run("shell", store, "-o", "json").json()["data"]
    password = running.run("url", store).out.split("@")[0].rpartition(":")[2]
    assert password not in str(told)
    assert told["variables"]


def test_a_client_that_fails_gives_its_own_exit_code(running: Command) -> None:
    done = running.run("shell", "orders", stdin="\\set ON_ERROR_STOP on\nnonsense;\n")
    assert done.code == 3
    assert "syntax error" in done.err
