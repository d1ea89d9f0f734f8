"""A server whose stream cannot be replayed later: the payload of a private replica at the cut."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
import redis

from engines.redis.lab import Lab, Pieces, Taken, find_kinds, fingerprint
from seawall.capabilities import BACKUP, RESTORE
from seawall.engines.redis.client import connect
from seawall.engines.redis.versions import can_read
from seawall.errors import RefusedError, SeawallError
from seawall.model.fingerprint import compare
from seawall.servers import processes
from servers.waiting import wait_until

HOUR = 3600

pytestmark = pytest.mark.unstreamed


@pytest.fixture
def taken(lab: Lab) -> Taken:
    lab.run(("SET", "session:1", "before"), ("HSET", "order:eu:1", "total", 1))
    with lab.client.open_wire(3) as third:
        third.call("RPUSH", "queue:jobs", "a", "b")
    return lab.back_up(lambda: lab.run(("SET", "session:1", "after"), ("DEL", "order:eu:1")))


def test_the_better_method_is_passed_over_with_the_reason(lab: Lab) -> None:
    chosen = lab.kind.engine.choose(BACKUP, lab.client)
    assert chosen.method == "redis/rdb/1"
    (reason,) = chosen.passed_over
    assert "times to live relative to now" in reason


def test_the_payload_is_the_content_at_the_cut_and_nothing_follows_it(
    lab: Lab, taken: Taken, tmp_path: Path
) -> None:
    told = dict(taken.details)
    assert told["base_offset"] == told["cut_offset"]
    assert taken.pieces.content["stream.aof"] == b""
    assert lab.find_log_faults(taken, tmp_path) == ()
    with lab.restored(taken) as copy:
        assert copy.call("GET", "session:1") == b"after"
        assert copy.call("EXISTS", "order:eu:1") == 0
        with copy.open_wire(3) as third:
            assert third.call("LRANGE", "queue:jobs", 0, -1) == [b"a", b"b"]


def test_times_to_live_are_those_of_the_replica_and_the_report_says_so(lab: Lab) -> None:
    now = time.time()
    lab.run(("SET", "session:base", "x", "EXAT", int(now) + HOUR))
    taken = lab.back_up(lambda: lab.run(("SET", "session:late", "x", "EX", HOUR)))
    with lab.restored(taken) as copy:
        assert compare(taken.at_point, fingerprint(copy), time.time()).differences == ()
        base, late = (copy.call("PTTL", f"session:{name}") for name in ("base", "late"))
    left = (int(now) + HOUR - time.time()) * 1000
    assert left <= base <= left + 1000
    assert base <= late <= base + 60_000
    assert any("times to live" in name for name, _ in taken.cut.excluded)


def test_every_newer_server_that_reads_its_format_restores_it(lab: Lab, taken: Taken) -> None:
    written = int(dict(taken.details)["rdb_version"])
    for kind in find_kinds().values():
        assert can_read(kind.engine.name, kind.programs.version, written)
        with lab.restored(taken, kind) as copy:
            assert compare(taken.at_point, fingerprint(copy), time.time()).proven == 2


def test_its_recipe_needs_nothing_but_a_shell_and_the_server(
    lab: Lab, taken: Taken, tmp_path: Path
) -> None:
    for name, content in taken.pieces.content.items():
        (tmp_path / name).write_bytes(content)
    restore = lab.kind.engine.standalone(RESTORE, taken.method)
    path = f"{lab.kind.programs.folder}:{os.environ['PATH']}"
    told = subprocess.run(
        ["/bin/sh", "-euc", restore.recipe(taken.cut, taken.details)],
        cwd=tmp_path,
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    socket = told.stdout.partition("redis-cli -s ")[2].split()[0]
    keys = redis.Redis(unix_socket_path=socket)
    try:
        wait_until(lambda: answers(keys), "it has loaded")
        assert keys.get("session:1") == b"after"
        assert keys.dbsize() == 1
    finally:
        keys.shutdown(nosave=True)
        wait_until(lambda: not Path(socket).exists(), "it has ended")


def answers(keys: redis.Redis) -> bool:
    try:
        return keys.ping() is True
    except redis.ConnectionError:
        return False


def test_a_lost_private_replica_is_an_error_and_leaves_nothing(lab: Lab) -> None:
    def interrupt() -> None:
        with lab.session() as session:
            session.copy_base(Pieces())
            with session.prepare() as attempt:
                attempt.take()
                cut = attempt.settle()
                assert cut
                for process in processes.inside(lab.home / "leases"):
                    if "keeper" not in " ".join(process.cmdline()):
                        processes.kill_tree(process)
                session.copy_to(cut, Pieces())

    with pytest.raises(SeawallError, match="SW-"):
        interrupt()
    wait_until(lambda: lab.find_leftovers() == [], "nothing is left behind")


def test_without_programs_there_is_no_backup_but_both_reasons(lab: Lab) -> None:
    blind = connect(replace(lab.target, programs=None))
    with pytest.raises(RefusedError) as caught:
        lab.kind.engine.require(BACKUP, blind)
    blind.close()
    assert caught.value.code == "SW-ENGINE-002"
    assert "relative to now" in caught.value.happened
    assert "There are no programs" in caught.value.happened
