"""A server that listens on a Unix socket only, with an ACL user and an awkward password."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import redis

from seawall.capabilities import FINGERPRINT
from seawall.engines.redis import VALKEY
from seawall.model.fingerprint import compare
from seawall.model.location import Location
from seawall.model.target import Target
from seawall.servers.sandboxes import Sandboxes
from servers.folder import back_up, restored
from servers.real import programs_of, temporary_home

PASSWORD = "p@ss:w/o?r#d%20 &='\"\\$`!;é"  # noqa: S105 - of a test
KEY = bytes(32)


@pytest.fixture
def home() -> Iterator[Path]:
    with temporary_home() as folder:
        yield folder


@pytest.fixture
def target(home: Path) -> Iterator[Target]:
    programs = programs_of("valkey")
    socket = home / "s.sock"
    with subprocess.Popen(
        [programs.program("valkey-server"), "--port", "0", "--unixsocket", socket, "--dir", home],
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            _let_in_only_the_keeper(server, socket)
            url = f"unix://keeper:{quote(PASSWORD, safe='')}@{socket}"
            yield Target("sessions", Location.parse(url), (), programs)
        finally:
            server.kill()


def _let_in_only_the_keeper(server: subprocess.Popen[str], socket: Path) -> None:
    assert server.stdout
    for line in server.stdout:
        if "Ready to accept connections unix" in line:
            break
    with redis.Redis(unix_socket_path=str(socket)) as plain:
        plain.mset({f"session:{n}": n for n in range(100)})
        plain.acl_setuser("keeper", enabled=True, passwords=[f"+{PASSWORD}"], keys=["*"])
        plain.execute_command("ACL", "SETUSER", "keeper", "+@all")
        plain.execute_command("ACL", "SETUSER", "default", "off")


def test_it_is_backed_up_and_comes_back(target: Target, home: Path, tmp_path: Path) -> None:
    assert target.programs
    sandboxes = Sandboxes(VALKEY, "sessions", (), home, target.programs)
    client = VALKEY.connect(target)

    def look(view: object) -> object:
        return VALKEY.require(FINGERPRINT, view).take(KEY)  # type: ignore[arg-type]

    with back_up(VALKEY, client, sandboxes, tmp_path, look) as taken:
        with restored(VALKEY, sandboxes, taken) as copy:
            restored_client = VALKEY.connect(copy)
            found = VALKEY.require(FINGERPRINT, restored_client).take(KEY)
            restored_client.close()
        assert compare(taken.at_point, found, 0).differences == ()
        assert found.records == 100
    client.close()
