"""Debian packages, unpacked below the user's folder: no root, no service, no change of the system.

Programs find the libraries that came with them by a start script, which ends in `exec`: the
process is the program's own.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

from seawall.errors import UnreachableError
from seawall.model.source import DebianPackages
from seawall.servers.sources.download import lacking_program, run_download
from seawall.servers.sources.kind import COMPLETE, fetched

TREE = "tree"
START = "bin"
LIBRARIES = ("usr/lib/*-linux-*", "usr/lib", "lib/*-linux-*")


class DebianKind:
    """Fetches with apt, whose signatures say that the packages are Debian's."""

    def folders(self, source: DebianPackages, names: tuple[str, ...], home: Path) -> Iterator[Path]:
        """The start scripts of what was unpacked."""
        del names
        folder = fetched(source, home)
        if (folder / COMPLETE).exists():
            yield folder / START

    def lacking(self) -> str:
        """The system's own tools for packages."""
        return lacking_program("apt-get", "dpkg-deb")

    def fetch(self, source: DebianPackages, folder: Path) -> None:
        """Download by the system's lists, or by fresh ones where those are missing or old."""
        debs = folder / "debs"
        debs.mkdir()
        if os.geteuid() == 0:
            debs.chmod(0o777)  # apt downloads as a user of its own
        try:
            _download(source, debs, ())
        except UnreachableError:
            lists = folder / "apt"
            (lists / "lists" / "partial").mkdir(parents=True)
            settings = (
                f"Dir::State={lists}",
                f"Dir::Cache={lists}",
                "Dir::State::Status=/var/lib/dpkg/status",
            )
            own = tuple(word for setting in settings for word in ("-o", setting))
            run_download(("apt-get", *own, "update", "-q"), folder)
            _download(source, debs, own)
        for deb in sorted(debs.glob("*.deb")):
            run_download(("dpkg-deb", "-x", deb, folder / TREE), folder)
        shutil.rmtree(debs)
        write_starts(source, folder)


def _download(source: DebianPackages, debs: Path, options: tuple[str, ...]) -> None:
    run_download(("apt-get", *options, "download", "-q", *source.packages), debs)


def write_starts(source: DebianPackages, folder: Path) -> None:
    """Write a start script for every unpacked program."""
    tree, starts = folder / TREE, folder / START
    starts.mkdir()
    libraries = [path for pattern in LIBRARIES for path in sorted(tree.glob(pattern))]
    way = ":".join(str(path) for path in libraries if path.is_dir())
    for below in source.below:
        for program in sorted((tree / below).iterdir()):
            start = starts / program.name
            start.write_text(
                "#!/bin/sh\n"
                f'LD_LIBRARY_PATH={shlex.quote(way)} exec {shlex.quote(str(program))} "$@"\n'
            )
            start.chmod(0o755)
