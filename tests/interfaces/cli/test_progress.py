"""Progress without a terminal: a line per step, and one each ten seconds of bytes."""

from __future__ import annotations

import io
import threading

import pytest

from seawall.interfaces.cli.interrupts import InterruptedBySignal, Stop
from seawall.interfaces.cli.progress import LiveProgress, PlainProgress
from seawall.interfaces.cli.screen import Screen


class Clock:
    """Stands still until it is told."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def make(clock: Clock) -> tuple[PlainProgress, io.StringIO]:
    err = io.StringIO()
    return PlainProgress(Screen(io.StringIO(), err, {}), Stop(), clock), err


def test_a_step_is_one_line_and_the_same_one_again_is_none() -> None:
    progress, err = make(Clock())
    for text in ("starting a", "starting a", "starting b", "starting a"):
        progress.step(text)
    assert err.getvalue() == "seawall: starting a\nseawall: starting b\nseawall: starting a\n"


def test_bytes_are_one_line_each_ten_seconds_however_often_they_are_told() -> None:
    clock = Clock()
    progress, err = make(clock)
    for tenth in range(350):
        clock.now = 100 + tenth / 10
        progress.advance("orders", tenth * 2**20)
        progress.advance("sessions", 10)
    assert err.getvalue().splitlines() == [
        "seawall: orders 100.0 MiB, sessions 10 bytes",
        "seawall: orders 200.0 MiB, sessions 10 bytes",
        "seawall: orders 300.0 MiB, sessions 10 bytes",
    ]


def test_several_threads_write_whole_lines() -> None:
    progress, err = make(Clock())

    def work(name: int) -> None:
        for number in range(200):
            progress.step(f"{name} {number}")

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = err.getvalue().splitlines()
    assert len(lines) == 800
    assert all(line.startswith("seawall: ") and len(line.split()) == 3 for line in lines)


@pytest.mark.parametrize("kind", [PlainProgress, LiveProgress])
def test_after_a_signal_a_worker_ends_and_the_main_thread_cleans_up_in_peace(
    kind: type[PlainProgress | LiveProgress],
) -> None:
    stop = Stop()
    progress = kind(Screen(io.StringIO(), io.StringIO(), {}), stop)
    raised: list[BaseException] = []

    def work() -> None:
        try:
            progress.step("x")
        except InterruptedBySignal as error:
            raised.append(error)
        try:
            progress.advance("x", 1)
        except InterruptedBySignal as error:
            raised.append(error)

    stop.number = 2
    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    assert len(raised) == 2
    progress.step("cleaning up")
