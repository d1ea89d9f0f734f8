"""Logins as users have them: a password file, a service file, in the user's own home."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from interfaces.cli.command import Command
from interfaces.cli.conftest import make_command
from servers.real import RealServers, temporary_home


@pytest.fixture
def seawall() -> Iterator[Command]:
    with temporary_home() as home:
        yield make_command(home)


@pytest.mark.parametrize("kind", ["password file", "service file"])
def test_what_the_users_own_programs_read_is_respected(
    seawall: Command, real_servers: RealServers, kind: str
) -> None:
    location = real_servers.target("postgres").location
    home = Path(seawall.environ["HOME"])
    password = location.password.reveal()
    if kind == "password file":
        private = home / ".pgpass"
        private.write_text(f"127.0.0.1:{location.port}:*:{location.user}:{password}\n")
        url = f"postgres://{location.user}@127.0.0.1:{location.port}/postgres"
    else:
        private = home / ".pg_service.conf"
        private.write_text(
            f"[shop]\nhost=127.0.0.1\nport={location.port}\ndbname=postgres\n"
            f"user={location.user}\npassword={password}\n"
        )
        url = "postgres:///?service=shop"
    private.chmod(0o600)
    own = seawall.using(MAIN_URL=url)
    adopted = own.run("adopt", "env://MAIN_URL")
    assert adopted.code == 0, adopted.err
    for verb in ("status", "backup"):
        done = own.run(verb)
        assert done.code == 0, done.err
        assert password not in done.out + done.err
