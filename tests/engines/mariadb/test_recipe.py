"""No lock-in: the printed recipe alone brings a store back to the point, without Seawall."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from engines.mariadb.harness import METHODS, back_up, checkpoint, fingerprint, opened, run_script
from engines.mariadb.seed import run_sql
from engines.mariadb.test_round_trip import ODD
from seawall.capabilities import RESTORE
from seawall.engines.mariadb import ENGINE, base_backup, increment
from seawall.model.fingerprint import compare
from seawall.model.location import Location
from seawall.model.secret import Secret
from seawall.model.target import Target
from seawall.servers import processes
from seawall.servers.os_users import choose_os_user, give_to
from seawall.servers.sandboxes import Sandboxes
from servers.folder import Taken
from servers.waiting import wait_until

BUILT_IN = {"root@localhost", "mariadb.sys@localhost", "PUBLIC"}


def run_recipe(
    taken: Taken, target: Target, folder: Path, *, as_root: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run the printed lines where the opened pieces lie, as a user that is not root."""
    recipe = ENGINE.standalone(RESTORE, taken.method).recipe(taken.cut, taken.details)
    (folder / "recipe.sh").write_text(f"set -eu -o pipefail\n{recipe}")
    assert target.programs
    user = None if as_root else choose_os_user(("nobody",))
    give_to(folder, user)
    return subprocess.run(
        ["/bin/bash", "recipe.sh"],
        cwd=folder,
        env={"PATH": f"{target.programs.folder}:/usr/bin:/bin", "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
        user=user.uid if user else None,
        group=user.gid if user else None,
        extra_groups=[] if user else None,
    )


@METHODS
def test_the_printed_recipe_opens_the_store_at_the_point_without_seawall(
    target: Target, sandboxes: Sandboxes, home: Path, method: str
) -> None:
    run_script(target, ODD.read_text())
    folder = home / f"recipe-{method.replace('/', '-')}"
    change = "INSERT INTO floats VALUES (6, 1, 1, 1, 1); DO nextval(down); FLUSH BINARY LOGS"
    taken = back_up(target, sandboxes, folder, method, lambda: run_sql(target, change))
    run_sql(target, "DELETE FROM floats")
    prove_opened(run_recipe(taken, target, folder), taken)
    shutil.rmtree(folder)


@pytest.mark.slow
def test_the_recipe_of_an_increment_opens_all_that_it_builds_on(
    target: Target, sandboxes: Sandboxes, home: Path
) -> None:
    run_script(target, ODD.read_text())
    row: list[Taken] = []
    for number, method in enumerate((base_backup.METHOD, *[increment.METHOD] * 2)):
        run_sql(target, f"INSERT INTO floats VALUES ({number + 100}, 1, 1, 1, 1)")
        checkpoint(target)
        row.append(back_up(target, sandboxes, home / f"r{number}", method, earlier=row))
    for number in (1, 2):
        shutil.move(home / f"r{number - 1}", home / "r2" / "earlier" / f"{number:03d}")
    prove_opened(run_recipe(row[-1], target, home / "r2"), row[-1])
    shutil.rmtree(home / "r2")


def prove_opened(done: subprocess.CompletedProcess[str], taken: Taken) -> None:
    """The server that a recipe started holds what was there at the cut; it is stopped."""
    assert done.returncode == 0, done.stdout + done.stderr
    (socket,) = re.findall(
        r"^It answers: mariadb --no-defaults -S (\S+) -u", done.stdout, re.MULTILINE
    )
    (pid,) = re.findall(r"^To stop it: kill (\d+)$", done.stdout, re.MULTILINE)
    try:
        location = Location("mariadb", socket, 0, "seawall_private", Secret(""), "app")
        with opened(Target("opened", location)) as client:
            differences = compare(taken.at_point, fingerprint(client), 0).differences
        assert [each for each in differences if not any(name in each for name in BUILT_IN)] == []
    finally:
        server = psutil.Process(int(pid))
        server.send_signal(signal.SIGTERM)
        wait_until(lambda: processes.has_ended(server), "the end of the recipe's server")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be told not to be root")
def test_the_recipe_tells_root_that_mariadb_refuses_it(
    target: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    taken = back_up(target, sandboxes, tmp_path, base_backup.METHOD)
    done = run_recipe(taken, target, tmp_path, as_root=True)
    assert done.returncode == 1
    assert "refuses to run as root" in done.stderr
