"""Servers that Seawall did not start: TLS only, passwords, and writers that do not stop."""

from __future__ import annotations

import os
import shutil
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import redis

from seawall.engines.postgres.server import SPEC
from seawall.engines.redis.server import REDIS_PROGRAMS
from seawall.model.source import DebianPackages, MavenArtifact
from seawall.servers import processes
from seawall.servers.os_users import choose_os_user, give_to
from seawall.servers.ports import choose_port
from seawall.servers.sources.fetching import fetch, lacking
from servers.certificates import Authority
from servers.real import surroundings, temporary_home

PASSWORD = "p@ss:w/o?r#d%20 &='\"$`!;é"  # noqa: S105 - of a test
ADMINISTRATOR = "administrator"
POSTGRES = next(each for each in SPEC.sources if isinstance(each, MavenArtifact))
REDIS = next(each for each in REDIS_PROGRAMS.sources if isinstance(each, DebianPackages))
RIGHTS = "~* -@all +ping +select +info +psync +replconf +client|pause +client|unpause"
MORE_RIGHTS = "+scan +exists +config|get"
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
ssl = on
ssl_cert_file = 'server.pem'
ssl_key_file = 'server.key'
"""


def lacking_tools() -> str:
    """What this machine lacks to fetch the servers; empty when nothing."""
    return lacking(POSTGRES) or lacking(REDIS)


@dataclass(frozen=True)
class Handmade:
    """Running servers and the URLs of their logins, as variables."""

    variables: dict[str, str]


@contextmanager
def handmade() -> Iterator[Handmade]:
    """An application's PostgreSQL and Redis, with writers, and an empty one of each."""
    with temporary_home() as home, ExitStack() as stack:
        authority = Authority(home / "authority")
        sql = stack.enter_context(_postgres(home / "postgres", authority))
        keys = stack.enter_context(_redis(home / "redis", authority))
        other = stack.enter_context(_redis(home / "other", authority))
        stop = threading.Event()
        writer = threading.Thread(target=_write, args=(sql, keys, stop))
        writer.start()
        stack.callback(writer.join)
        stack.callback(stop.set)
        reader = quote(PASSWORD, safe="")
        yield Handmade(
            {
                "ORDERS_URL": sql.replace(f"postgres:{ADMINISTRATOR}@", f"seawall:{reader}@"),
                "NEW_ORDERS_URL": sql.replace("/shop?", "/empty?"),
                "SESSIONS_URL": keys.replace(f":{ADMINISTRATOR}@", f"seawall:{reader}@"),
                "NEW_SESSIONS_URL": other,
            }
        )


@contextmanager
def _postgres(folder: Path, authority: Authority) -> Iterator[str]:
    programs = fetch(POSTGRES, surroundings().programs) / "tree" / "bin"
    data, port = folder / "data", choose_port()
    data.mkdir(parents=True)
    user = choose_os_user(("nobody",))
    secret = folder / "password"
    secret.write_text(ADMINISTRATOR)
    give_to(folder, user)
    options = ("--auth=scram-sha-256", f"--pwfile={secret}", "--username=postgres")
    processes.run_tool((str(programs / "initdb"), f"--pgdata={data}", *options), folder, user)
    authority.issue("server", data, "127.0.0.1")
    (data / "postgresql.conf").write_text(f"{SETTINGS}port = {port}\n")
    (data / "pg_hba.conf").write_text(
        "hostssl all all 127.0.0.1/32 scram-sha-256\n"
        "hostssl replication all 127.0.0.1/32 scram-sha-256\n"
    )
    give_to(data, user)
    argv = (str(programs / "postgres"), "-D", str(data))
    server = processes.spawn(argv, folder, folder / "log", user)
    tls = f"sslmode=verify-full&sslrootcert={quote(str(authority.certificate))}"
    url = f"postgres://postgres:{ADMINISTRATOR}@127.0.0.1:{port}/shop?{tls}"
    try:
        _fill(url)
        yield url
    finally:
        processes.kill_tree(server)


def _fill(url: str) -> None:
    first = url.replace("/shop?", "/postgres?")
    while True:
        with suppress(psycopg.OperationalError):
            psycopg.connect(first).close()
            break
    with psycopg.connect(first, autocommit=True) as sql:
        for database in ("shop", "empty"):
            sql.execute(f"CREATE DATABASE {database}")
        quoted = PASSWORD.replace("'", "''")
        sql.execute(f"CREATE ROLE seawall LOGIN REPLICATION PASSWORD '{quoted}'")
        sql.execute("GRANT pg_read_all_data TO seawall")
    with psycopg.connect(url, autocommit=True) as sql:
        sql.execute("CREATE TABLE users (id uuid PRIMARY KEY, name text)")
        sql.execute("INSERT INTO users SELECT gen_random_uuid(), 'x' FROM generate_series(1, 500)")


@contextmanager
def _redis(folder: Path, authority: Authority) -> Iterator[str]:
    programs = fetch(REDIS, surroundings().programs) / "bin"
    folder.mkdir()
    port = choose_port()
    authority.issue("server", folder, "127.0.0.1")
    shutil.copy(authority.certificate, folder / "ca.pem")
    argv = (
        *(str(programs / "redis-server"), "--port", "0", "--tls-port", str(port)),
        *("--bind", "127.0.0.1", "--dir", str(folder), "--requirepass", ADMINISTRATOR),
        *("--tls-cert-file", "server.pem", "--tls-key-file", "server.key"),
        *("--tls-ca-cert-file", "ca.pem", "--tls-auth-clients", "no"),
    )
    server = processes.spawn(argv, folder, folder / "log", None)
    url = f"rediss://:{ADMINISTRATOR}@127.0.0.1:{port}/"
    try:
        _let_in(port, authority)
        yield f"{url}?ssl_ca_certs={quote(str(authority.certificate))}"
    finally:
        processes.kill_tree(server)


def _let_in(port: int, authority: Authority) -> None:
    store: Any = redis.Redis(
        host="127.0.0.1",
        port=port,
        password=ADMINISTRATOR,
        ssl=True,
        ssl_ca_certs=str(authority.certificate),
    )
    while True:
        with suppress(redis.ConnectionError):
            store.ping()
            break
    rights = (*RIGHTS.split(), *MORE_RIGHTS.split())
    store.execute_command("ACL", "SETUSER", "seawall", "on", f">{PASSWORD}", *rights)
    store.close()


def _write(sql_url: str, keys_url: str, stop: threading.Event) -> None:
    """Two stores an action: a user, then the user's session."""
    with psycopg.connect(sql_url, autocommit=True) as sql, redis.Redis.from_url(keys_url) as keys:
        while not stop.is_set():
            user = str(uuid.uuid4())
            sql.execute("INSERT INTO users VALUES (%s, 'late')", (user,))
            keys.set(f"session:{user}", os.urandom(8).hex())
