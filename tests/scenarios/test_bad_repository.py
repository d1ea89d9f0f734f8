"""Damaged pieces, repositories and keys that are wrong, through the command: named, never hidden."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scenarios.interruptions import left_behind, prepare_shop
from scenarios.shop import FILE, Shop, new_shop
from seawall.repository.keys import create_identity

FINDINGS, USAGE, UNREACHABLE, REFUSED = 1, 2, 3, 4


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    """Two backups, of which the newer one will be damaged."""
    with new_shop() as running:
        prepare_shop(running)
        assert running.run("backup").returncode == 0
        yield running


def piece(repository: Path, backup: int, store: str) -> Path:
    """The base of one store in one backup, counted from the oldest."""
    folder = sorted((repository / "artifacts").iterdir())[backup] / store
    return next(path for path in sorted(folder.iterdir()) if path.name.startswith(("base", "dump")))


def rewrite(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def miss(repository: Path) -> None:
    piece(repository, 1, "orders").unlink()


def truncate(repository: Path) -> None:
    path = piece(repository, 1, "orders")
    rewrite(path, path.read_bytes()[:-1000])


def flip(repository: Path) -> None:
    path = piece(repository, 1, "orders")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    rewrite(path, bytes(content))


def empty(repository: Path) -> None:
    rewrite(piece(repository, 1, "orders"), b"")


def zero(repository: Path) -> None:
    path = piece(repository, 1, "orders")
    rewrite(path, bytes(path.stat().st_size))


def swap(repository: Path) -> None:
    first, second = piece(repository, 1, "orders"), piece(repository, 1, "live")
    content = first.read_bytes()
    rewrite(first, second.read_bytes())
    rewrite(second, content)


def age(repository: Path) -> None:
    rewrite(piece(repository, 1, "orders"), piece(repository, 0, "orders").read_bytes())


@contextmanager
def undone(shop: Shop) -> Iterator[Path]:
    """The repository, put back as it was afterwards."""
    repository = shop.folder / ".seawall" / "repository"
    kept = shop.folder / "kept"
    shutil.copytree(repository, kept)
    try:
        yield repository
    finally:
        shutil.rmtree(repository, ignore_errors=True)
        repository.unlink(missing_ok=True)
        kept.rename(repository)


@pytest.mark.parametrize("damage", [miss, truncate, flip, empty, zero, swap, age])
def test_a_damaged_piece_is_named_by_verify_and_fails_the_drill(
    shop: Shop, damage: Callable[[Path], None]
) -> None:
    with undone(shop) as repository:
        named = str(piece(repository, 1, "orders").relative_to(repository))
        damage(repository)
        verify = shop.run("verify", "-o", "json")
        assert verify.returncode == FINDINGS
        assert any(named in each for each in json.loads(verify.stdout)["data"]["findings"])
        drill = shop.run("drill", "-o", "json")
        assert drill.returncode == FINDINGS
        levels = json.loads(drill.stdout)["data"]["levels"]
        (found,) = (each for each in levels if (each["level"], each["store"]) == ("L0", "orders"))
        assert found["state"] == "failed"
        assert named in " ".join(found["findings"])
        assert left_behind(shop) == []
    assert shop.run("verify").returncode == 0


def test_a_damaged_backup_is_not_restored_over_good_data(shop: Shop) -> None:
    with undone(shop) as repository:
        flip(repository)
        restore = shop.run("restore", "--confirm", "shop")
        assert restore.returncode == FINDINGS, restore.stderr
        assert "SW-REPOSITORY-004" in restore.stderr
    assert left_behind(shop) == []
    with shop.sql() as sql:
        assert sql.execute("SELECT count(*) FROM orders").fetchone() == (200,)


def loop(repository: Path) -> None:
    """No user, not even root, can read this one."""
    repository.symlink_to(repository)


def file(repository: Path) -> None:
    repository.touch()


@pytest.mark.parametrize("verb", ["backup", "backups", "verify", "drill", "restore"])
@pytest.mark.parametrize("spoil", [loop, file])
def test_a_repository_that_cannot_be_read(
    shop: Shop, verb: str, spoil: Callable[[Path], None]
) -> None:
    with undone(shop) as repository:
        shutil.rmtree(repository)
        spoil(repository)
        done = shop.run(verb, *(("--confirm", "shop") if verb == "restore" else ()))
    assert (done.returncode, done.stdout) == (UNREACHABLE, ""), done.stderr
    assert "error SW-REPOSITORY-001" in done.stderr
    assert left_behind(shop) == []


@pytest.mark.parametrize(
    ("url", "code", "error"),
    [
        ("gs://bucket/shop", USAGE, "SW-FILE-001"),
        ("./nobody/backs/up/here", UNREACHABLE, "SW-REPOSITORY-001"),
        ("./elsewhere", USAGE, "SW-REPOSITORY-009"),
    ],
)
def test_a_wrong_repository(shop: Shop, url: str, code: int, error: str) -> None:
    """Of another kind, where nobody can make one, or one without any backup."""
    (shop.folder / "nobody").touch()
    other = shop.folder / "other.yaml"
    other.write_text(f"{FILE}\nrepository: {{url: '{url}'}}\n")
    done = shop.run("drill", "-f", str(other))
    assert done.returncode == code, done.stderr
    assert f"error {error}" in done.stderr


def lose_key(path: Path) -> None:
    path.unlink()


def change_key(path: Path) -> None:
    path.unlink()
    create_identity(path)


def scribble_key(path: Path) -> None:
    path.write_text("canary-key-5511\n")


@pytest.mark.parametrize("verb", ["drill", "restore"])
@pytest.mark.parametrize(
    ("spoil", "code", "error"),
    [
        (lose_key, REFUSED, "SW-KEY-005"),
        (change_key, REFUSED, "SW-KEY-001"),
        (scribble_key, USAGE, "SW-KEY-002"),
    ],
)
def test_without_the_right_key_nothing_is_opened_and_nothing_changed(
    shop: Shop, verb: str, spoil: Callable[[Path], None], code: int, error: str
) -> None:
    key = shop.work.surroundings.keys / "shop"
    text = key.read_text()
    try:
        spoil(key)
        done = shop.run(verb, *(("--confirm", "shop") if verb == "restore" else ()))
    finally:
        key.write_text(text)
    said = done.stdout + done.stderr
    assert error in said
    assert "canary-key" not in said
    assert done.returncode == code, said
    assert left_behind(shop) == []
    with shop.sql() as sql:
        assert sql.execute("SELECT count(*) FROM orders").fetchone() == (200,)


def test_a_key_that_opens_nothing_for_the_recipients_is_noticed_by_the_backup(shop: Shop) -> None:
    recipient = create_identity(shop.folder / "another")
    other = shop.folder / "other.yaml"
    other.write_text(f"{FILE}\nrepository: {{recipients: [{recipient}]}}\n")
    done = shop.run("backup", "-f", str(other))
    assert done.returncode == REFUSED
    assert "error SW-KEY-001" in done.stderr
    assert left_behind(shop) == []
