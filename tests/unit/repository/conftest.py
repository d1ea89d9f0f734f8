"""A repository in a real folder or on a real S3 server, and a key."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from seawall.repository import keys
from seawall.repository.bucket import Bucket
from seawall.repository.objects import Objects, create_objects
from servers.s3 import S3Server
from servers.waiting import wait_until


@dataclass(frozen=True)
class Key:
    """An age key file and its halves."""

    path: Path
    identity: str
    recipient: str


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "repository"


Seen = Callable[[], list[str]]
"""Lists everything that lies in a repository, with what its own list leaves out."""

_KINDS = ("folder", "seaweedfs", pytest.param("versitygw", marks=pytest.mark.slow))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is true of a repository holds wherever it lies: only tests of files are of one kind."""
    of_files = {"folder", "make_objects"} & set(metafunc.fixturenames)
    if "objects" in metafunc.fixturenames and not of_files:
        metafunc.parametrize("kind", _KINDS, indirect=True)


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "folder"))


@pytest.fixture
def bucket(kind: str, request: pytest.FixtureRequest) -> Bucket:
    """An empty prefix on a server of the kind."""
    server: S3Server = request.getfixturevalue("versitygw" if kind == "versitygw" else "seaweedfs")
    return server.bucket()


@pytest.fixture
def objects(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Objects:
    if kind == "folder":
        return create_objects(str(tmp_path / "repository"))
    return create_objects(request.getfixturevalue("bucket"))


@pytest.fixture
def seen(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Seen:
    """Everything that lies in the repository of the test, uploads under way included."""
    if kind == "folder":
        return lambda: files_of(tmp_path / "repository")
    bucket = request.getfixturevalue("bucket")
    server: S3Server = request.getfixturevalue("versitygw" if kind == "versitygw" else "seaweedfs")
    return lambda: server.keys(bucket) + [f"upload of {key}" for key in server.uploads(bucket)]


def files_of(folder: Path) -> list[str]:
    """Every file below a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def make_objects() -> Callable[[Path], Objects]:
    """More repositories for tests that need one per case."""
    return lambda folder: create_objects(str(folder))


@pytest.fixture
def key(tmp_path: Path) -> Key:
    return make_key(tmp_path / "shop.key")


@pytest.fixture
def other_key(tmp_path: Path) -> Key:
    return make_key(tmp_path / "other.key")


def make_key(path: Path) -> Key:
    recipient = keys.create_identity(path)
    return Key(path, keys.read_identity(path.read_text(), str(path)).reveal(), recipient)


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    """Every test of this folder ends with the threads it began with."""
    before = set(threading.enumerate())
    yield
    wait_until(lambda: not set(threading.enumerate()) - before, "the end of all threads")
