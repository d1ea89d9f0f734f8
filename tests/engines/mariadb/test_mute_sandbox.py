"""A sandbox is mute: nothing that its original sends, follows or schedules goes on in it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from engines.mariadb.harness import METHODS, ask, back_up, opened, restored
from engines.mariadb.seed import run_sql
from seawall.capabilities import STATUS
from seawall.engines.mariadb import ENGINE, base_backup
from seawall.errors import UnreachableError
from seawall.model.secret import Secret
from seawall.model.target import Target
from seawall.servers import processes
from seawall.servers.sandboxes import Sandboxes
from servers.waiting import wait_until


class Outside:
    """Something on the network that counts who calls."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.calls = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            self.calls += 1
            caller.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.fixture
def outside() -> Iterator[Outside]:
    listener = Outside()
    yield listener
    listener.close()


@pytest.fixture
def loud(target: Target, outside: Outside) -> Iterator[Target]:
    """A server that follows another one and acts by itself each second."""
    run_sql(
        target,
        "CREATE TABLE beats (at timestamp(6) DEFAULT now(6));"
        "SET GLOBAL event_scheduler = ON;"
        "CREATE EVENT beat ON SCHEDULE EVERY 1 SECOND DO INSERT INTO beats VALUES (now(6));"
        f"CHANGE MASTER TO master_host = '127.0.0.1', master_port = {outside.port},"
        " master_user = 'x', master_password = 'canary-follow', master_connect_retry = 1;"
        "START SLAVE",
    )
    wait_until(lambda: outside.calls > 0, "a call from the source's own replication")
    wait_until(lambda: ask(target, "SELECT count(*) FROM beats") > 0, "an event")
    yield target
    run_sql(target, "STOP SLAVE; RESET SLAVE ALL; SET GLOBAL event_scheduler = OFF")


@METHODS
def test_a_copy_of_a_loud_server_neither_calls_nor_acts(
    loud: Target, outside: Outside, sandboxes: Sandboxes, tmp_path: Path, method: str
) -> None:
    taken = back_up(loud, sandboxes, tmp_path, method)
    run_sql(loud, "STOP SLAVE; SET GLOBAL event_scheduler = OFF")
    calls = outside.calls
    with restored(sandboxes, taken) as copy:
        beats = ask(copy, "SELECT count(*) FROM beats")
        assert ask(copy, "SELECT count(*) FROM information_schema.events") == 1
        run_sql(copy, "DO SLEEP(2.5)")
        assert ask(copy, "SELECT count(*) FROM beats") == beats
        assert run_sql(copy, "SHOW ALL SLAVES STATUS") == ()
        assert ask(copy, "SELECT @@log_bin") == 0
        running = list(processes.inside(sandboxes.home / "leases"))
        assert any("mariadbd" in process.name() for process in running)
        assert _outgoing(running) == []
        assert {each.laddr.ip for each in _listening(running)} == {"127.0.0.1"}
        for engine in ("ha_federatedx", "ha_connect", "ha_spider"):
            with pytest.raises(Exception, match="shared library"):
                run_sql(copy, f"INSTALL SONAME '{engine}'")
    assert outside.calls == calls


def _listening(running: list[psutil.Process]) -> list[Any]:
    connections = [each for process in running for each in process.net_connections(kind="tcp")]
    return [each for each in connections if each.status == psutil.CONN_LISTEN]


def _outgoing(running: list[psutil.Process]) -> list[Any]:
    ports = {each.laddr.port for each in _listening(running)}
    connections = [each for process in running for each in process.net_connections(kind="tcp")]
    return [each for each in connections if each.raddr and each.laddr.port not in ports]


@METHODS
def test_logins_of_the_source_are_refused_and_come_back_unlocked(
    target: Target, sandboxes: Sandboxes, tmp_path: Path, method: str
) -> None:
    create = "CREATE USER test_app@'127.0.0.1' IDENTIFIED BY 'canary-app'"
    run_sql(target, f"{create}; GRANT ALL ON *.* TO test_app@'127.0.0.1'")
    late = create.replace("test_app", "test_late")
    taken = back_up(target, sandboxes, tmp_path, method, lambda: run_sql(target, late))
    with restored(sandboxes, taken) as copy:
        logins = [
            ("test_app", "canary-app"),
            ("test_late", "canary-app"),
            ("seawall", target.location.password.reveal()),
            ("root", ""),
            ("seawall_private", copy.location.password.reveal()),
        ]
        for user, password in logins:
            location = copy.location.with_login(user, Secret(password))
            with pytest.raises(UnreachableError) as caught:
                ENGINE.connect(replace(copy, location=location))
            assert caught.value.code == "SW-CONNECT-002"
        with opened(copy) as client:
            assert ENGINE.require(STATUS, client).read().role == "primary"
        assert ask(copy, "SELECT count(*) FROM mysql.user WHERE User LIKE 'test%'") == 2


def test_the_source_is_a_replica_to_status_while_it_follows(loud: Target) -> None:
    with opened(loud) as client:
        assert ENGINE.require(STATUS, client).read().role == "replica"


def test_a_base_keeps_no_settings_of_its_source(
    target: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    run_sql(target, "SET GLOBAL general_log = OFF")
    taken = back_up(target, sandboxes, tmp_path, base_backup.METHOD)
    with restored(sandboxes, taken) as copy:
        assert ask(copy, "SELECT @@event_scheduler") == "OFF"
        data = Path(str(ask(copy, "SELECT @@datadir")))
        assert not list(data.glob("*backup*"))
