"""A process has ended when nothing of it can act any more."""

from __future__ import annotations

import subprocess
import sys

import psutil

from seawall.servers import processes
from servers.waiting import wait_until

# Its main thread ends at once; another one holds what the process has open until it may end.
LEADERLESS = """
import ctypes, sys, threading
threading.Thread(target=sys.stdin.read).start()
ctypes.CDLL(None).pthread_exit(None)
"""


def test_a_zombie_whose_threads_still_run_has_not_ended() -> None:
    with subprocess.Popen([sys.executable, "-c", LEADERLESS], stdin=subprocess.PIPE) as child:
        process = psutil.Process(child.pid)
        wait_until(lambda: process.status() == psutil.STATUS_ZOMBIE)
        assert not processes.has_ended(process)
        assert child.stdin
        child.stdin.close()
        wait_until(lambda: processes.has_ended(process))
