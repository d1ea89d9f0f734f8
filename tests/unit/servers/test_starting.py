"""What keeps a server from starting is said by its kind: none of it is a defect of Seawall."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from seawall import registry
from seawall.errors import RefusedError, UnreachableError
from seawall.model.place import Place
from seawall.model.secret import Secret
from seawall.model.target import Programs
from seawall.servers import processes, starting
from seawall.servers.leases import run_folder
from seawall.servers.local import DATA, LocalServer
from servers.real import surroundings, temporary_home


@pytest.fixture
def home() -> Iterator[Path]:
    with temporary_home() as folder:
        yield folder


def test_a_server_that_ends_while_it_is_started_is_unreachable(home: Path) -> None:
    server = LocalServer(registry.load("postgres"), "db", home, surroundings())
    server.up()
    server.stop()
    (server.folder / DATA / "PG_VERSION").write_text("1\n")
    with pytest.raises(UnreachableError, match="SW-SERVER-004") as caught:
        server.up()
    assert caught.value.exit_code == 3
    assert "initialized by PostgreSQL version 1" in caught.value.happened


def test_a_stopped_server_leaves_no_folder_for_sockets_and_starts_again(home: Path) -> None:
    server = LocalServer(registry.load("postgres"), "db", home, surroundings())
    for _ in range(2):
        server.up()
        assert any(run_folder(server.folder).iterdir())
        assert server.stop()
        assert not run_folder(server.folder).exists()


def test_a_program_that_fails_is_unreachable_and_its_last_lines_are_told(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match=r"no-such-file.*SW-SERVER-007") as caught:
        processes.run_tool(("/bin/cat", "no-such-file"), tmp_path, None)
    assert caught.value.exit_code == 3


def test_a_folder_of_somebody_else_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    theirs = somebody_elses(tmp_path)
    before = theirs.stat()
    place = Place(
        store="db",
        folder=theirs,
        data=tmp_path / "data",
        run=tmp_path / "run",
        port=1,
        password=Secret("x"),
        programs=Programs(tmp_path, "1", "test"),
        os_user=None,
    )
    with pytest.raises(RefusedError, match="SW-SERVER-008"):
        starting.lay_out(place)
    after = theirs.stat()
    assert (after.st_uid, after.st_mode) == (before.st_uid, before.st_mode)


def somebody_elses(folder: Path) -> Path:
    """A folder that the current user does not own."""
    if os.geteuid() != 0:
        return Path("/usr")
    theirs = folder / "theirs"
    theirs.mkdir()
    os.chown(theirs, 12345, 12345)
    return theirs
