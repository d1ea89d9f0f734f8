"""kill -9 at every call of a backup: the backup is listed whole, or not at all."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from faults.objects import FaultyObjects, Moment
from seawall.repository.objects import Objects
from seawall.repository.verify import remove_leftovers, verify_repository
from unit.repository.drafts import back_up
from unit.repository.test_catalog import require_whole_or_absent

TESTS = Path(__file__).parents[2]
# Forks before any thread exists: one interpreter serves all the calls of a moment.
SCRIPT = """
    import os, sys
    from faults.objects import FaultyObjects, Moment, kill
    from seawall.repository.objects import open_objects
    from unit.repository.drafts import back_up

    for at in range(1, int(sys.argv[3]) + 1):
        child = os.fork()
        if not child:
            objects = open_objects(f"{sys.argv[1]}/{at}")
            back_up(FaultyObjects(objects, at=at, moment=Moment(sys.argv[2]), strike=kill), "b-2")
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.parametrize("moment", Moment)
def test_a_writer_killed_at_any_call_leaves_the_whole_backup_or_none(
    tmp_path: Path, make_objects: Callable[[Path], Objects], moment: Moment
) -> None:
    first = make_objects(tmp_path / "first")
    back_up(first, "b-1")
    counted = FaultyObjects(first)
    back_up(counted, "b-2")
    calls = len(counted.calls)
    repositories = [make_objects(tmp_path / f"{at}") for at in range(1, calls + 1)]
    for objects in repositories:
        back_up(objects, "b-1")
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SCRIPT), str(tmp_path), moment.value, str(calls)],
        check=True,
        capture_output=True,
        text=True,
        cwd=TESTS,
    )
    assert ended.stdout.split() == [str(-signal.SIGKILL)] * calls
    for objects in repositories:
        require_whole_or_absent(objects, "b-2")
        back_up(objects, "b-3")
        integrity = verify_repository(objects)
        assert integrity.faults == ()
        if integrity.backups == 2:
            remove_leftovers(objects, "b-2")
        assert verify_repository(objects).leftovers == ()
    left = list(tmp_path.glob("*/.uploads/artifacts~*"))
    assert left == []
