"""A sandbox is mute: nothing that its original sends, pulls, schedules or runs goes on in it."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from engines.postgres.harness import METHODS, ask, back_up, connect, opened, restored, run_sql
from seawall.capabilities import STATUS
from seawall.engines.postgres import ENGINE, base_backup
from seawall.errors import UnreachableError
from seawall.model.target import Target
from seawall.servers import processes
from seawall.servers.local import LocalServer
from seawall.servers.sandboxes import Sandboxes
from servers.waiting import wait_until

BUSY = (
    "logical replication",
    "archiver",
    "walreceiver",
    "walsender",
    "autovacuum launcher",
    "logger",
)


NOTE = """
CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS
    'BEGIN INSERT INTO public.logins DEFAULT VALUES; END'
"""


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


@pytest.fixture(scope="module")
def outside() -> Iterator[Outside]:
    listener = Outside()
    yield listener
    listener.close()


@pytest.fixture(scope="module")
def archive(home: Path, server: LocalServer) -> Path:
    folder = home / "archive"
    folder.mkdir()
    process = server.process
    assert process
    owner = process.uids().effective
    folder.chmod(0o777 if owner == 0 else 0o700)
    os.chown(folder, owner, -1)
    return folder


@pytest.fixture(scope="module")
def loud(server: LocalServer, outside: Outside, archive: Path) -> Target:
    """A server that archives, subscribes, preloads, and acts at each login."""
    target = server.target()
    assert target
    call = f"host=127.0.0.1 port={outside.port} dbname=x user=y"
    for statement in (
        "ALTER SYSTEM SET archive_mode = on",
        f"ALTER SYSTEM SET archive_command = 'cp %p {archive}/%f'",
        f"ALTER SYSTEM SET recovery_end_command = 'touch {archive}/recovered'",
        f"ALTER SYSTEM SET primary_conninfo = '{call}'",
        f"ALTER SYSTEM SET external_pid_file = '{archive}/pid'",
        "ALTER SYSTEM SET shared_preload_libraries = 'auto_explain'",
        "ALTER SYSTEM SET max_connections = 150",
    ):
        run_sql(target, statement)
    server.stop()
    target = server.up()
    for statement in (
        "ALTER DATABASE postgres SET session_preload_libraries = 'auto_explain'",
        f"CREATE SUBSCRIPTION loud CONNECTION '{call}' PUBLICATION p WITH (connect = false)",
        "ALTER SUBSCRIPTION loud ENABLE",
        "CREATE TABLE logins (at timestamptz DEFAULT clock_timestamp())",
        NOTE,
        "CREATE EVENT TRIGGER defined ON ddl_command_end EXECUTE FUNCTION note()",
        "CREATE TABLE filled AS SELECT 1 AS id",
        "SELECT pg_switch_wal()",
    ):
        run_sql(target, statement)
    if ask(target, "SHOW server_version_num") >= "170000":
        run_sql(target, "CREATE EVENT TRIGGER entered ON login EXECUTE FUNCTION note()")
        run_sql(target, "ALTER EVENT TRIGGER entered ENABLE ALWAYS")
    wait_until(lambda: outside.calls > 0, "a call from the source's own subscription")
    wait_until(lambda: any(archive.glob("0*")), "a segment in the archive")
    return target


@METHODS
def test_a_copy_of_a_loud_server_neither_calls_nor_archives_nor_acts(
    loud: Target,
    server: LocalServer,
    outside: Outside,
    archive: Path,
    sandboxes: Sandboxes,
    tmp_path: Path,
    method: str,
) -> None:
    taken = back_up(loud, sandboxes, tmp_path, method)
    server.stop()
    before = (outside.calls, sorted(archive.iterdir()))
    try:
        with restored(sandboxes, taken) as copy:
            logins = ask(copy, "SELECT count(*) FROM public.logins")
            with connect(copy) as connection:
                connection.execute("CREATE TABLE public.made_here ()")
                connection.execute("CHECKPOINT")
                connection.execute("SELECT pg_switch_wal()")
                connection.execute("SELECT pg_reload_conf()")
            assert ask(copy, "SELECT count(*) FROM public.logins") == logins or _is_old(copy)
            running = list(processes.inside(sandboxes.home / "leases"))
            titles = [" ".join(process.cmdline()) for process in running]
            assert any("postgres" in title for title in titles)
            assert [title for title in titles if any(each in title for each in BUSY)] == []
            assert _outgoing(running) == []
        assert (outside.calls, sorted(archive.iterdir())) == before
    finally:
        server.up()


def _is_old(copy: Target) -> bool:
    """Before 17 nothing but the session's role keeps event triggers still."""
    return str(ask(copy, "SHOW server_version_num")) < "170000"


def _outgoing(running: list[psutil.Process]) -> list[object]:
    listening = {
        each.laddr.port
        for process in running
        for each in process.net_connections()
        if each.status == psutil.CONN_LISTEN
    }
    return [
        each
        for process in running
        for each in process.net_connections(kind="tcp")
        if each.raddr and each.laddr.port not in listening
    ]


def test_logins_of_the_source_are_refused_and_the_copys_own_is_let_in(
    loud: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    run_sql(loud, "CREATE ROLE app LOGIN SUPERUSER PASSWORD 'canary-app'")
    taken = back_up(loud, sandboxes, tmp_path, base_backup.METHOD)
    run_sql(loud, "DROP ROLE app")
    with restored(sandboxes, taken) as copy:
        own = copy.location.password
        for user in ("postgres", "app"):
            for password in (own, loud.location.password, replace(loud.location).password):
                location = copy.location.with_login(user, password)
                with pytest.raises(UnreachableError) as caught:
                    ENGINE.connect(replace(copy, location=location))
                assert caught.value.code == "SW-CONNECT-002"
        with opened(copy) as client:
            assert ENGINE.require(STATUS, client).read().role == "primary"


def test_settings_of_the_source_are_kept_for_people_and_not_in_force(
    loud: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    taken = back_up(loud, sandboxes, tmp_path, base_backup.METHOD)
    with restored(sandboxes, taken) as copy:
        data = Path(str(ask(copy, "SHOW data_directory")))
        kept = (data / "settings_of_the_source" / "postgresql.auto.conf").read_text()
        assert "archive_command" in kept
        assert ask(copy, "SHOW archive_command") in {"(disabled)", ""}
        assert ask(copy, "SHOW max_connections") == "150"
