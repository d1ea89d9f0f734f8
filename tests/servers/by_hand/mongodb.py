"""The server that stands in for MongoDB, as an administrator starts it: TLS only, passwords."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import ConnectionFailure

from seawall.engines.mongodb.server import SECANTUSDB
from seawall.servers import processes
from seawall.servers.ports import choose_port
from servers.by_hand.login import ADMINISTRATOR, PASSWORD, trusting
from servers.certificates import Authority
from servers.real import programs_of


@contextmanager
def running_mongodb(folder: Path, authority: Authority) -> Iterator[str]:
    """The URL of an administrator on the application's database, `profiles`."""
    (folder / "data").mkdir(parents=True)
    (folder / "settings.toml").touch()
    port = choose_port()
    authority.issue("server", folder, "127.0.0.1")
    argv = (
        *(str(programs_of("mongodb").program(SECANTUSDB.server)), "--host", "127.0.0.1"),
        *("--config", "settings.toml", "--port", str(port), "--storage-path", "data"),
        *("--cache-size", "128M", "--sync-on-commit"),
    )
    _make_users(argv, folder, port)
    tls = ("--auth", "--tls-cert-file", "server.pem", "--tls-key-file", "server.key")
    server = processes.spawn((*argv, *tls), folder, folder / "log", None)
    options = f"authSource=admin&directConnection=true&tls=true&{trusting(authority, 'tlsCAFile')}"
    url = f"mongodb://{ADMINISTRATOR}:{ADMINISTRATOR}@127.0.0.1:{port}/profiles?{options}"
    try:
        _wait_for(url)
        yield url
    finally:
        processes.kill_tree(server)


def _make_users(argv: tuple[str, ...], folder: Path, port: int) -> None:
    """While nobody is asked for a password."""
    server = processes.spawn(argv, folder, folder / "log", None)
    try:
        url = f"mongodb://127.0.0.1:{port}/?directConnection=true"
        _wait_for(url)
        with MongoClient[Any](url) as client:
            reader = [{"role": "read", "db": name} for name in ("profiles", "local")]
            users = {ADMINISTRATOR: (ADMINISTRATOR, ["root"]), "seawall": (PASSWORD, reader)}
            for user, (password, roles) in users.items():
                client.admin.command("createUser", user, pwd=password, roles=roles)
    finally:
        processes.end(server, signal.SIGTERM)


def _wait_for(url: str) -> None:
    while True:
        with suppress(ConnectionFailure), MongoClient[Any](url) as client:
            client.admin.command("ping")
            return
