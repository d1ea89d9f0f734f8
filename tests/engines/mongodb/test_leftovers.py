"""A backup that is killed keeps no writer waiting; nobody gets into a new server."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from typing import Any

import psutil
import pytest

from engines.mongodb.lab import Lab, opened
from seawall.capabilities import RESTORE, TRANSFER
from seawall.engines.mongodb import ENGINE
from seawall.engines.mongodb.client import MongodbClient
from seawall.engines.mongodb.server import make_user
from seawall.errors import RefusedError
from seawall.servers import processes
from seawall.servers.sandboxes import Sandboxes
from seawall.servers.starting import tool_runner
from servers.waiting import wait_until

# Reads as a backup does, and stops in the middle of the base and of its snapshot.
BACKUP = """
import sys, threading
from pathlib import Path
from seawall.engines.mongodb.client import connect
from seawall.engines.mongodb.log_dump import LogBackup
from seawall.model.location import Location
from seawall.model.target import Target

class Sink:
    def write(self, name, role, chunks):
        for _ in chunks:
            if name.endswith(".bson"):
                print("reading", flush=True)
                threading.Event().wait()

with LogBackup(connect(Target("s", Location.parse(sys.stdin.readline().strip())))).open(
    Path(), None
) as session:
    session.copy_base(Sink())
"""


@pytest.mark.slow
def test_after_kill_9_in_mid_course_no_writer_waits_and_the_next_succeeds(
    lab: Lab,
) -> None:
    lab.driver.shop.c.insert_many([{"_id": n, "text": "x" * 1000} for n in range(5000)])
    server = processes.inside(lab.server.folder)
    ours = [each for each in server if each.net_connections()]
    before = _connected(ours)
    with subprocess.Popen(
        [sys.executable, "-c", BACKUP], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as backup:
        assert backup.stdin
        assert backup.stdout
        backup.stdin.write(f"{lab.target.location.url()}\n")
        backup.stdin.flush()
        assert backup.stdout.readline() == "reading\n"
        assert _connected(ours) > before
        backup.send_signal(signal.SIGKILL)
    wait_until(lambda: _connected(ours) <= before, "the killed backup's connections are gone")
    # The server keeps its cursor and snapshot, by limits of its own: writers do not wait for them.
    lab.driver.shop.c.update_one({"_id": 1}, {"$set": {"text": "y"}})
    lab.driver.shop.d.insert_one({"_id": 1})
    with lab.back_up() as taken:
        assert lab.differences(taken) == ()


def _connected(server: list[psutil.Process]) -> int:
    connections = [each for process in server for each in process.net_connections("tcp")]
    return sum(each.status == psutil.CONN_ESTABLISHED for each in connections)


def test_a_sandbox_calls_nobody_and_expires_nothing(lab: Lab) -> None:
    """What it does by itself on a source goes on there alone."""
    shop = lab.driver.shop
    shop.s.create_index("ends", expireAfterSeconds=0)
    shop.s.insert_one({"_id": 1, "ends": None})
    programs = lab.target.programs
    assert programs
    sandboxes = Sandboxes(ENGINE, "mute", (), lab.home, programs)
    with lab.back_up() as taken, sandboxes.place() as place:
        restore = ENGINE.standalone(RESTORE, taken.method)
        restore.build(taken.pieces, place, taken.cut, taken.details, tool_runner(place))
        target = sandboxes.start(place, taken.details)
        with opened(target) as client:
            restore.load(taken.pieces, place, client)
            hello = client.run("admin", {"hello": 1})
        running = list(processes.inside(place.folder))
        connections = [each for process in running for each in process.net_connections("tcp")]
        ports = {each.laddr.port for each in connections if each.status == psutil.CONN_LISTEN}
        assert ports == {place.port}
        assert {each.laddr.ip for each in connections} == {"127.0.0.1"}
        assert [each for each in connections if each.raddr and each.laddr.port not in ports] == []
        assert len(hello.get("hosts", [""])) == 1


def test_a_new_server_that_somebody_else_reached_is_thrown_away(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = MongodbClient.run

    def late(self: MongodbClient, database: str, command: Any) -> dict[str, Any]:
        reply = real(self, database, command)
        if "createUser" in command and command["createUser"] != "stranger":
            self.run("admin", {"createUser": "stranger", "pwd": "x", "roles": ["root"]})
        return reply

    monkeypatch.setattr(MongodbClient, "run", late)
    programs = lab.target.programs
    assert programs
    with Sandboxes(ENGINE, "reached", (), lab.home, programs).place() as place:
        with pytest.raises(RefusedError) as caught:
            make_user(place)
        assert caught.value.code == "SW-MONGODB-008"
        assert list(processes.inside(place.folder)) == []


def test_a_store_that_is_not_empty_or_another_database_is_not_copied_into(lab: Lab) -> None:
    lab.driver.shop.c.insert_one({"_id": 1})
    other = replace(lab.copy, location=replace(lab.copy.location, database="elsewhere"))
    with opened(lab.target) as source:
        transfer = ENGINE.require(TRANSFER, source)
        with (
            opened(other) as copy,
            pytest.raises(RefusedError, match="belongs into shop") as caught,
        ):
            transfer.copy_into(copy)
        assert caught.value.code == "SW-MONGODB-009"
        with opened(lab.copy) as copy:
            transfer.copy_into(copy)
            with pytest.raises(RefusedError, match="not empty") as caught:
                transfer.copy_into(copy)
        assert caught.value.code == "SW-MONGODB-009"
