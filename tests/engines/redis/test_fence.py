"""The fence holds every writer, and never believes a hold that did not."""

from __future__ import annotations

import threading
import time
from typing import Self

import pytest

from engines.redis.lab import Lab, Pieces
from seawall.capabilities import FENCE
from seawall.capabilities.fence import Fence
from seawall.errors import RefusedError, UnreachableError
from servers.waiting import wait_until

LONG_MS = 60_000


def fence_of(lab: Lab) -> Fence:
    return lab.kind.engine.require(FENCE, lab.client)


class Writer:
    """Writes 1, 2, 3, ... and waits for each to be acknowledged."""

    def __init__(self, lab: Lab) -> None:
        self.acknowledged = 0
        self._wire = lab.client.open_wire()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._wire.close()

    def _write(self) -> None:
        while not self._stop.is_set():
            self._wire.call("SET", "written", self.acknowledged + 1)
            self.acknowledged += 1


def written(lab: Lab) -> int:
    return int(lab.client.call("GET", "written") or 0)


def test_a_hold_keeps_every_writer_waiting_and_lets_it_go_on(lab: Lab) -> None:
    with Writer(lab) as writer, fence_of(lab).prepare() as prepared:
        wait_until(lambda: writer.acknowledged > 10)
        with prepared.hold(LONG_MS):
            before, content = writer.acknowledged, written(lab)
            # What was acknowledged is visible; the one on its way waits.
            assert content >= before
            for _ in range(300):
                assert written(lab) == content
            assert writer.acknowledged <= before + 1
        wait_until(lambda: writer.acknowledged > before + 10, "writers go on")


def test_a_pause_that_ended_early_is_refused_because_the_store_changed(lab: Lab) -> None:
    with lab.client.open_wire() as wire:
        # Some replica has attached once: from then on the server counts what it writes.
        wire.socket.sendall(b"PSYNC ? -1\r\n")
        wait_until(lambda: lab.client.info("replication")["repl_backlog_active"] == "1")
    with Writer(lab) as writer, fence_of(lab).prepare() as prepared:

        def outstay() -> None:
            with prepared.hold(1):
                before = writer.acknowledged
                wait_until(lambda: writer.acknowledged > before + 5, "the pause ends by itself")

        with pytest.raises(RefusedError) as caught:
            outstay()
    assert caught.value.code == "SW-BACKUP-011"


def test_an_error_inside_the_hold_releases_the_writers(lab: Lab) -> None:
    with (
        pytest.raises(RuntimeError, match="inside"),
        fence_of(lab).prepare() as prepared,
        prepared.hold(LONG_MS),
    ):
        raise RuntimeError("inside")
    lab.run(("SET", "free", "1"))


def test_a_lost_connection_inside_the_hold_still_releases_the_writers(lab: Lab) -> None:
    fence = fence_of(lab)
    began = time.monotonic()
    with (
        fence.prepare() as prepared,
        pytest.raises(UnreachableError, match="SW-CONNECT-001"),
        prepared.hold(LONG_MS),
    ):
        lab.client.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    lab.run(("SET", "free", "1"))
    assert time.monotonic() - began < LONG_MS / 1000 / 2


def test_without_a_replica_only_a_hold_within_its_budget_is_believed(lab: Lab) -> None:
    lab.server.stop()
    lab.server.up()
    assert lab.client.info("replication")["repl_backlog_active"] == "0"
    with fence_of(lab).prepare() as prepared:
        with prepared.hold(LONG_MS):
            lab.client.call("GET", "a")
        over = time.monotonic() + 0.005
        with pytest.raises(RefusedError, match="SW-BACKUP-011"), prepared.hold(1):
            wait_until(lambda: time.monotonic() > over)


def test_writers_are_held_for_a_cut_and_released_afterwards(lab: Lab) -> None:
    with Writer(lab) as writer, lab.session() as session, fence_of(lab).prepare() as prepared:
        session.copy_base(Pieces())
        with session.prepare() as attempt:
            with prepared.hold(LONG_MS):
                attempt.take()
                content = written(lab)
            cut = attempt.settle()
            assert cut
            with attempt.view() as view:
                assert int(view.call("GET", "written")) == content
        wait_until(lambda: writer.acknowledged > content + 5)
