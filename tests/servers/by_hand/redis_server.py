"""Redis as an administrator starts it: TLS only, a password, an ACL user that reads."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import redis

from seawall.engines.redis.server import REDIS_PROGRAMS
from seawall.model.source import DebianPackages
from seawall.servers import processes
from seawall.servers.ports import choose_port
from seawall.servers.sources.fetching import fetch
from servers.by_hand.login import ADMINISTRATOR, PASSWORD, trusting
from servers.certificates import Authority
from servers.real import surroundings

SOURCE = next(each for each in REDIS_PROGRAMS.sources if isinstance(each, DebianPackages))
RIGHTS = "~* -@all +ping +select +info +psync +replconf +client|pause +client|unpause"
MORE_RIGHTS = "+scan +exists +config|get"


@contextmanager
def running_redis(folder: Path, authority: Authority) -> Iterator[str]:
    """The URL of an administrator."""
    programs = fetch(SOURCE, surroundings().programs) / "bin"
    folder.mkdir()
    port = choose_port()
    authority.issue("server", folder, "127.0.0.1")
    shutil.copy(authority.certificate, folder / "ca.pem")
    acl = f"user {ADMINISTRATOR} on >{ADMINISTRATOR} ~* &* +@all"
    argv = (
        *(str(programs / "redis-server"), "--port", "0", "--tls-port", str(port)),
        *("--bind", "127.0.0.1", "--dir", str(folder), "--requirepass", ADMINISTRATOR),
        *("--tls-cert-file", "server.pem", "--tls-key-file", "server.key"),
        *("--tls-ca-cert-file", "ca.pem", "--tls-auth-clients", "no"),
        *("--user", *acl.split()[1:]),
    )
    server = processes.spawn(argv, folder, folder / "log", None)
    url = f"rediss://{ADMINISTRATOR}:{ADMINISTRATOR}@127.0.0.1:{port}/"
    try:
        _let_in(port, authority)
        yield f"{url}?{trusting(authority, 'ssl_ca_certs')}"
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
