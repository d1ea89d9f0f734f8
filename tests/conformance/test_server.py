"""`server`: a real server of the engine on this machine, started and stopped at will."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from seawall.capabilities import RECORDS, SERVER
from seawall.capability import Engine
from seawall.errors import RefusedError
from seawall.servers import processes
from seawall.servers.local import DATA, LocalServer
from seawall.servers.records import write_record
from servers.real import kill, surroundings, temporary_home
from servers.seed import Seed

COLUMN = SERVER


@pytest.fixture
def home() -> Iterator[Path]:
    with temporary_home() as folder:
        yield folder / "a path with späces 🌊"


@pytest.fixture
def server(engine: Engine[Any], home: Path, seed: Seed) -> LocalServer:
    home.mkdir(mode=0o711)
    return LocalServer(engine, "store-1", home, surroundings(), seed.patterns)


def ids(server: LocalServer, seed: Seed) -> list[str | None]:
    target = server.target()
    assert target
    client = server.engine.connect(target)
    try:
        keys = server.engine.require(RECORDS, client).read_keys(seed.collection, ("id",))
        return sorted((key.values[0] for key in keys), key=str)
    finally:
        client.close()


def test_data_survives_a_stop_and_a_start(server: LocalServer, seed: Seed) -> None:
    seed.fill(server.up(), 3)
    assert server.stop()
    assert server.process is None
    server.up()
    assert ids(server, seed) == ["1", "2", "3"]


def test_acknowledged_data_survives_kill_9(server: LocalServer, seed: Seed) -> None:
    seed.fill(server.up(), 3)
    kill(server)
    assert server.process is None
    server.up()
    assert len(ids(server, seed)) == 3


def test_it_runs_unprivileged_and_on_loopback_only(server: LocalServer) -> None:
    programs = server.up().programs
    process = server.process
    assert process
    assert programs
    # Programs of a virtual environment may be the current user's alone.
    if os.geteuid() == 0 and programs.os_users:
        assert process.uids().effective != 0
    addresses = {each.laddr.ip for each in process.net_connections() if each.status == "LISTEN"}
    assert addresses == {"127.0.0.1"}


def test_its_password_is_in_no_process_list_and_in_one_private_file_only(
    server: LocalServer,
) -> None:
    server.up()
    record = server.record
    assert record
    secret = record.password.reveal()
    for process in psutil.process_iter():
        try:
            assert secret not in " ".join(process.cmdline())
        except psutil.NoSuchProcess:
            continue
    for path in server.folder.rglob("*"):
        if path.is_file() and secret.encode() in path.read_bytes():
            assert path.stat().st_mode & 0o077 == 0, path


def test_a_second_start_changes_nothing(server: LocalServer) -> None:
    first = server.up()
    process = server.process
    assert server.up() == first
    assert server.process == process


def test_a_taken_port_is_exchanged_and_its_owner_left_alone(
    server: LocalServer, seed: Seed
) -> None:
    seed.fill(server.up(), 1)
    server.stop()
    record = server.record
    assert record
    with socket.create_server(("127.0.0.1", record.port)):
        target = server.up()
        assert target.location.port != record.port
        assert ids(server, seed) == ["1"]


def test_a_pid_that_belongs_to_another_process_now_is_never_touched(
    server: LocalServer,
) -> None:
    server.up()
    server.stop()
    record = server.record
    assert record
    me = processes.ProcessId(os.getpid(), psutil.Process().create_time() - 1000)
    write_record(server.folder, replace(record, process=me))
    assert server.process is None
    assert not server.stop()


def test_lost_data_is_never_replaced_by_an_empty_server(server: LocalServer) -> None:
    server.up()
    kill(server)
    shutil.rmtree(server.folder / DATA)
    with pytest.raises(RefusedError) as caught:
        server.up()
    assert caught.value.code == "SW-SERVER-009"


def test_destroying_leaves_no_process_and_no_folder(server: LocalServer) -> None:
    server.up()
    server.destroy()
    assert not server.folder.exists()
    assert list(processes.inside(server.folder)) == []
