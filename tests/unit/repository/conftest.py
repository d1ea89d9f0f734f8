"""A repository in a real folder, and a key."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from seawall.repository import keys
from seawall.repository.objects import Objects, create_objects


@dataclass(frozen=True)
class Key:
    """An age key file and its halves."""

    path: Path
    identity: str
    recipient: str


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "repository"


@pytest.fixture
def objects(folder: Path) -> Objects:
    return create_objects(str(folder))


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
    ends_at = time.monotonic() + 5
    while set(threading.enumerate()) - before and time.monotonic() < ends_at:
        time.sleep(0.01)
    assert set(threading.enumerate()) - before == set()
