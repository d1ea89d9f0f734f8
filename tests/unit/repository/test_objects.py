"""Objects in a folder: whole or absent, durable, never overwritten."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from seawall.errors import UnreachableError, UsageError
from seawall.repository.failures import (
    RepositoryFullError,
    storage_failure,
)
from seawall.repository.folder import UPLOADS
from seawall.repository.objects import Objects, create_objects, open_objects
from unit.repository.conftest import files_of


def test_a_new_repository_is_a_folder_that_only_its_owner_may_enter(folder: Path) -> None:
    create_objects(str(folder))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_deleting_is_repeatable_and_takes_empty_folders_along(
    objects: Objects, folder: Path
) -> None:
    objects.put_new("a/b/c", b"")
    objects.put_new("a/d", b"")
    objects.delete("a/b/c")
    objects.delete("a/b/c")
    assert not (folder / "a" / "b").exists()
    assert objects.list_keys("a/") == ("a/d",)


def test_a_folder_that_vanished_is_neither_empty_nor_made_anew(
    objects: Objects, folder: Path
) -> None:
    objects.put_new("a", b"")
    shutil.rmtree(folder)
    for act in (
        lambda: objects.list_keys("a/"),
        lambda: objects.size("a"),
        lambda: list(objects.get_stream("a")),
        lambda: objects.put_new("b", b""),
        lambda: objects.put_stream("b", iter([b""])),
        lambda: objects.delete("a"),
        lambda: open_objects(str(folder)),
    ):
        with pytest.raises(UnreachableError, match="no such folder") as caught:
            act()
        assert caught.value.exit_code == 3
    assert not folder.exists()


def test_a_folder_that_cannot_be_made_is_unreachable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for url in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(UnreachableError, match="SW-REPOSITORY-001"):
            create_objects(str(url))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_unreachable(objects: Objects, folder: Path) -> None:
    folder.chmod(0o500)
    with pytest.raises(UnreachableError, match="permission denied"):
        objects.put_new("a", b"")


@pytest.mark.parametrize("url", ["gs://x", "relative/folder", "https://a:b@c"])
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(UsageError, match="SW-REPOSITORY-002") as caught:
        open_objects(url)
    assert "a:b" not in str(caught.value)


def test_a_full_disk_has_its_own_error() -> None:
    from_system = storage_failure("/r", "write a to", OSError(28, "No space left on device"))
    from_library = storage_failure("/r", "write a to", ValueError("Generic: x (os error 28)\nmore"))
    assert str(from_system) == str(from_library)
    assert type(from_system) is RepositoryFullError
    assert from_system.code == "SW-REPOSITORY-003"


def test_a_disk_that_fills_while_writing_is_noticed_and_nothing_stays(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(small)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small disk takes root and the right to mount")
    try:
        objects = create_objects(str(small / "repository"))
        objects.put_new("kept", b"kept")
        with pytest.raises(RepositoryFullError):
            objects.put_stream("a", (bytes(2**20) for _ in range(20)))
        with pytest.raises(RepositoryFullError):
            objects.put_new("b", bytes(20 * 2**20))
        assert files_of(small / "repository") == ["kept"]
    finally:
        subprocess.run(["umount", str(small)], check=True)  # noqa: S607


def test_an_object_is_on_the_disk_before_its_key_is_visible(
    objects: Objects, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, bool]] = []
    real = os.fsync

    def watch(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        seen.append((str(path.relative_to(folder)), (folder / "a" / "b").exists()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", watch)
    puts: tuple[Callable[[], None], ...] = (
        lambda: objects.put_new("a/b", b"x"),
        lambda: objects.put_stream("a/b", iter([b"x"])),
    )
    for put in puts:
        seen.clear()
        put()
        (first, was_visible), *folders = seen
        assert first.startswith(f"{UPLOADS}/a~b.")
        assert not was_visible
        assert folders == [("a", True), (".", True)]
        objects.delete("a/b")


def test_what_a_killed_writer_leaves_is_invisible_and_can_be_removed(
    objects: Objects, folder: Path
) -> None:
    script = """
        import os, signal, sys
        from seawall.repository.objects import open_objects

        def chunks():
            for _ in range(12):
                yield bytes(2**20)
            os.kill(os.getpid(), signal.SIGKILL)

        open_objects(sys.argv[1]).put_stream("artifacts/b-1/x", chunks())
    """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(folder)], check=False
    )
    assert ended.returncode == -signal.SIGKILL
    assert any(name.startswith(UPLOADS) for name in files_of(folder))
    assert objects.list_keys("") == ()
    assert objects.discard_uploads("artifacts/b-2/") == 0
    assert objects.discard_uploads("artifacts/b-1/") > 0
    assert files_of(folder) == []
