"""A killed server's lock names a number that another process has by now."""

from __future__ import annotations

import subprocess
from pathlib import Path

from engines.postgres.harness import ask
from seawall.engines.postgres import ENGINE
from seawall.servers.leases import run_folder
from seawall.servers.local import LocalServer
from seawall.servers.os_users import choose_os_user
from servers.real import kill, surroundings


def test_a_server_starts_again_although_its_old_number_is_taken(home: Path) -> None:
    server = LocalServer(ENGINE, "locked", home, surroundings())
    server.up()
    kill(server)
    locks = [
        server.folder / "data" / "postmaster.pid",
        *run_folder(server.folder).glob(".s.*.lock"),
    ]
    assert len(locks) == 2
    user = choose_os_user(("postgres",))
    with subprocess.Popen(
        ["/bin/sleep", "1000"], user=user.uid if user else None, cwd="/"
    ) as stranger:
        try:
            for lock in locks:
                rest = lock.read_text().split("\n", maxsplit=1)[1]
                lock.write_text(f"{stranger.pid}\n{rest}")
            assert ask(server.up(), "SELECT 1") == 1
            assert stranger.poll() is None
        finally:
            stranger.kill()
    server.destroy()
