"""What a backup noted at the point is read by several threads at once."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import seawall

SOURCES = sorted(Path(seawall.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("_run", range(5))
def test_threads_that_read_their_first_fingerprint_at_once_do_not_crash(_run: int) -> None:
    """msgspec 0.22 ends the process when threads meet at a type that it does not know yet."""
    script = """
        import sys, threading
        from types import SimpleNamespace
        import msgspec
        from seawall.model.fingerprint import Bucket, CollectionPrint, Fact, Fingerprint, Rule
        from seawall.operations.proof import FINGERPRINT_NAME, read_fingerprint

        taken = Fingerprint(
            "m", "aa", (CollectionPrint("a", "h", (Bucket(1, "00"),)),), (Fact("s", "x", "1"),)
        )
        content = msgspec.json.encode(taken)
        pieces = SimpleNamespace(
            names=lambda _: (FINGERPRINT_NAME,), read=lambda _: iter([content])
        )
        # Threads take turns fifty times as often: four of five runs met before this was mended.
        sys.setswitchinterval(0.0002)
        begin = threading.Barrier(8)
        found = []

        def read():
            begin.wait()
            found.append(read_fingerprint(pieces))

        threads = [threading.Thread(target=read) for _ in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert found == [taken] * 8
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_no_type_is_first_met_while_decoding() -> None:
    """Decoders are made when their module is imported: that is before any thread."""
    assert not [
        path.name
        for path in SOURCES
        if any(
            "msgspec" in line and "decode(" in line and "type=" in line
            for line in path.read_text().splitlines()
        )
    ]
