"""Servers of our own: private, mute, whole, and with their settings after a restore."""

from __future__ import annotations

import os
import stat
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from engines.redis.lab import Kind, Lab, Taken, find_kinds, fingerprint
from seawall.capabilities import CHECK, COLLECTIONS, RECORDS, RESTORE, SERVER, TRANSFER
from seawall.engines.redis.client import RedisClient, connect
from seawall.engines.redis.server import DEAD_PORT
from seawall.errors import RefusedError
from seawall.model.fingerprint import compare
from seawall.servers import processes
from seawall.servers.starting import tool_runner
from servers.waiting import wait_until

# Suffixes of an append-only file's parts, whatever its layout.
PARTS = {".rdb", ".aof"}
FUNCTION = "#!lua name=f\nredis.register_function('f', function() end)"


def process_of(client: RedisClient) -> psutil.Process:
    return psutil.Process(int(client.info("server")["process_id"]))


@pytest.fixture
def taken(lab: Lab) -> Taken:
    lab.run(("SET", "session:1", "x"), ("HSET", "order:eu:1", "total", 1))
    return lab.back_up(lambda: lab.run(("SET", "session:2", "y")))


def test_the_password_is_in_one_private_file_and_nowhere_else(lab: Lab) -> None:
    password = lab.target.location.password.reveal()
    process = process_of(lab.client)
    assert password not in " ".join(process.cmdline())
    assert password not in " ".join(process.environ().values())
    holders = [
        path
        for path in lab.server.folder.rglob("*")
        if path.is_file() and password.encode() in path.read_bytes()
    ]
    assert holders
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in holders)
    assert {path.name for path in holders} <= {f"{lab.kind.engine.name}.conf", "server.json"}


def test_a_server_started_by_root_does_not_run_as_root(lab: Lab) -> None:
    if os.geteuid() == 0:
        assert process_of(lab.client).uids().effective != 0


def test_a_server_listens_on_loopback_only(lab: Lab) -> None:
    listening = {
        each.laddr.ip
        for each in process_of(lab.client).net_connections()
        if each.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def test_a_path_with_spaces_quotes_and_unicode_is_no_trouble(lab: Lab, tmp_path: Path) -> None:
    home = lab.home / "caf\u00e9 'a' \"b\" #c"
    home.mkdir(exist_ok=True)
    home.chmod(0o711)
    other = Lab(lab.kind, home)
    other.run(("SET", "session:1", "x"))
    other.server.stop()
    other.server.up()
    assert other.client.call("GET", "session:1") == b"x"
    other.close()
    assert tmp_path


def test_a_copy_is_mute_and_refuses_writes_and_the_production_login(lab: Lab, taken: Taken) -> None:
    with lab.restored(taken) as copy:
        process = process_of(copy)
        for _ in range(100):
            outgoing = {
                (each.raddr.ip, each.raddr.port)
                for each in process.net_connections()
                if each.raddr and each.laddr.port != copy.target.location.port
            }
            assert outgoing <= {("127.0.0.1", DEAD_PORT)}
        with pytest.raises(RefusedError):
            copy.call("SET", "session:1", "changed")
        production = lab.target.location.password
        location = copy.target.location.with_login("", production)
        with pytest.raises(Exception, match="SW-CONNECT-002"):
            connect(replace(copy.target, location=location))


def test_a_copy_has_as_many_databases_as_its_source(lab: Lab) -> None:
    around = lab.home / "many"
    around.mkdir(exist_ok=True)
    around.chmod(0o711)
    server = lab.kind.engine.standalone(SERVER)

    class ManyDatabases:
        create, sandbox_command, location = server.create, server.sandbox_command, server.location

        def command(self, place):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            started = server.command(place)
            ((name, content),) = started.files
            return replace(started, files=((name, content + "databases 100\n"),))

    engine = lab.kind.engine.variant(
        lab.kind.engine.name,
        schemes=lab.kind.engine.schemes,
        server_versions=lab.kind.engine.server_versions,
        tested_on="",
        replaces=(SERVER.by(ManyDatabases),),
    )
    many = Lab(Kind(engine, lab.kind.programs), around)
    with many.client.open_wire(99) as wire:
        wire.call("SET", "session:1", "x")
    taken = many.back_up()
    with many.restored(taken) as copy:
        assert compare(taken.at_point, fingerprint(copy), time.time()).proven == 1
    many.close()


def test_the_tiers_own_server_comes_back_with_its_keys_its_settings_and_its_durability(
    lab: Lab, taken: Taken
) -> None:
    restore = lab.kind.engine.standalone(RESTORE, taken.method)
    around = lab.home / "own"
    around.mkdir(exist_ok=True)
    around.chmod(0o711)
    own = Lab(lab.kind, around)
    own.run(("SET", "session:lost", "x"))
    with own.server.rebuilding() as place:
        restore.build(taken.pieces, place, taken.cut, taken.details, tool_runner(place))
    own.server.up()
    client = connect(own.target)
    assert sorted(client.call("KEYS", "*")) == [b"order:eu:1", b"session:1", b"session:2"]
    assert client.info("replication")["role"] == "master"
    assert client.call("CONFIG", "GET", "appendonly")[1] == b"yes"
    client.call("SET", "session:new", "z")
    client.call("BGREWRITEAOF")
    wait_until(lambda: client.info("persistence")["aof_rewrite_in_progress"] == "0")
    client.close()
    for process in processes.inside(own.server.folder):
        # The process is killed, as by a crash, as soon as the write is on its disk.
        wait_until(lambda: own.client.info("persistence")["aof_pending_bio_fsync"] == "0")
        processes.kill_tree(process)
    own.server.up()
    assert own.client.call("DBSIZE") == 4
    own.close()


def test_the_check_finds_a_damaged_file_and_a_whole_one_whole(lab: Lab, taken: Taken) -> None:
    with lab.restored(taken) as copy:
        check = lab.kind.engine.require(CHECK, copy)
        assert check.run() == ()
        folder = Path(copy.call("CONFIG", "GET", "dir")[1].decode())
        parts = [part for part in folder.rglob("appendonly.aof*") if part.suffix in PARTS]
        for file in parts:
            content = bytearray(file.read_bytes())
            content[len(content) // 2] ^= 0xFF
            file.write_bytes(content)
            assert any(f"{file.name} is damaged" in each for each in check.run())
        for file in parts:
            file.unlink()
            assert f"{file.name} is missing." in check.run()


def test_the_check_says_why_it_cannot_run(lab: Lab, taken: Taken) -> None:
    with lab.restored(taken) as copy:
        blind = connect(replace(copy.target, programs=None))
        with pytest.raises(RefusedError, match="SW-DRILL-010"):
            lab.kind.engine.require(CHECK, blind).run()
        blind.close()


def test_programs_that_cannot_read_the_format_refuse_before_they_start(
    lab: Lab, taken: Taken
) -> None:
    for kind in find_kinds().values():
        source = (lab.kind.engine.name, lab.kind.programs.version)
        if (kind.engine.name, source[0]) == ("redis", "valkey") and lab.kind.release >= (9, 0):
            with pytest.raises(RefusedError, match="SW-REDIS-009"), lab.restored(taken, kind):
                pass


def test_links_read_keys_parts_and_fields_of_every_database(lab: Lab) -> None:
    lab.run(
        ("HSET", "order:eu:1", "total", "10", "customer", "caf\u00e9"),
        ("HSET", "order:us:2:x", "total", b"\xff"),
        ("SET", "order:asia:3", "no hash"),
        ("SET", b"session:\xff", "x"),
        ("SET", "unmatched", "x"),
        ("SET", "order:", "x"),
    )
    with lab.client.open_wire(3) as wire:
        wire.call("HSET", "order:eu:9", "customer", "z")
    records = lab.kind.engine.require(RECORDS, lab.client)
    fields = ("region", "number", "value.customer", "value.total", "key")
    assert sorted(each.values for each in records.read_keys("order", fields)) == [
        ("asia", "3", None, None, "order:asia:3"),
        ("eu", "1", "caf\u00e9", "10", "order:eu:1"),
        ("eu", "9", "z", None, "order:eu:9"),
        ("us", "2:x", None, "\\xff", "order:us:2:x"),
    ]
    assert [each.values for each in records.read_keys("session", ("id",))] == [("\\xff",)]
    others = {each.values for each in records.read_keys("(other)", ("key",))}
    assert others == {("unmatched",), ("order:",)}


def test_a_frozen_copy_tells_every_key_once_while_its_tables_are_resized(lab: Lab) -> None:
    with lab.client.wire() as wire:
        wire.pipeline([("SET", f"session:{n}", n) for n in range(60_000)])

    def shrink() -> None:
        with lab.client.wire() as wire:
            wire.pipeline([("DEL", *(f"session:{n}" for n in range(500, 60_000)))])

    taken = lab.back_up(shrink)
    assert taken.at_point.records == 500
    with lab.restored(taken) as copy:
        records = lab.kind.engine.require(RECORDS, copy)
        found = [each.values for each in records.read_keys("session", ("id",))]
    assert sorted(found) == sorted((str(n),) for n in range(500))


def test_a_transfer_keeps_times_to_live_functions_and_databases(lab: Lab) -> None:
    around = lab.home / "there"
    around.mkdir(exist_ok=True)
    around.chmod(0o711)
    there = Lab(lab.kind, around)
    later = int(time.time() * 1000) + 3_600_000
    lab.run(("SET", "session:1", "x", "PXAT", later), ("SET", b"\xff", "y"))
    if lab.kind.release >= (7, 0):
        lab.run(("FUNCTION", "LOAD", FUNCTION))
    with lab.client.open_wire(5) as wire:
        wire.call("RPUSH", "queue:a", *range(5000))
    transfer = lab.kind.engine.require(TRANSFER, lab.client)
    transfer.copy_into(there.client)
    compared = compare(fingerprint(lab.client), fingerprint(there.client), time.time())
    assert (compared.differences, compared.proven) == ((), 3)
    with pytest.raises(RefusedError, match="SW-REDIS-012"):
        transfer.copy_into(there.client)
    lab.kind.engine.require(TRANSFER, there.client).clear()
    assert lab.kind.engine.require(COLLECTIONS, there.client).is_empty()
    there.close()
