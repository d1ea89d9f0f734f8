"""A repository in a folder: objects become visible only when they are whole and on the disk."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Generator, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore

from seawall.repository.failures import key_taken, missing_object, storage_failure, unreachable
from seawall.repository.upload import Upload

UPLOADS: Final = ".uploads"
"""Folder of uploads under way; whatever a killed process leaves is in there."""

# Two parts of 1 MiB under way bound the memory of an upload.
_PART_BYTES: Final = 2**20
_PARTS_AT_ONCE: Final = 2
_READ_BYTES: Final = 2**20


class FolderObjects:
    """Objects as files below one folder. Implements `objects.Objects`.

    obstore does not write files through to the disk, so each put goes to a file of its own among
    the uploads first, is synchronised, and is then linked to its key.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._store = LocalStore(root)

    @property
    def url(self) -> str:
        """The folder."""
        return str(self._root)

    def put_stream(self, key: str, chunks: Iterable[bytes]) -> None:
        """Store one large object in parts."""
        with self._upload(key) as name, Upload(partial(self._put_parts, key, name)) as upload:
            for chunk in chunks:
                upload.send(chunk)
            upload.complete()

    def put_new(self, key: str, content: bytes) -> None:
        """Store one small object."""
        with self._upload(key) as upload, self._writing(key):
            obstore.put(self._store, upload, content, use_multipart=False)

    def get_stream(self, key: str) -> Iterator[bytes]:
        """Read one object by ranges: obstore's own stream reads files in steps of 8 KiB."""
        size = self.size(key)
        for start in range(0, size, _READ_BYTES):
            length = min(_READ_BYTES, size - start)
            with self._reading(key):
                part = obstore.get_range(self._store, key, start=start, length=length).to_bytes()
            yield part

    def list_keys(self, prefix: str) -> tuple[str, ...]:
        """The keys below `prefix`, sorted."""
        self._require_root("list")
        try:
            # One overload of obstore's names a library that is not needed here.
            pages = obstore.list(self._store, prefix)  # pyright: ignore[reportUnknownMemberType]
            found = [entry["path"] for page in pages for entry in page]
        except BaseError as error:
            raise storage_failure(self.url, "list", error) from error
        return tuple(sorted(key for key in found if not key.startswith(f"{UPLOADS}/")))

    def size(self, key: str) -> int:
        """A file's bytes."""
        with self._reading(key):
            return obstore.head(self._store, key)["size"]

    def delete(self, key: str) -> None:
        """Remove a file, and its folders as far as they are empty."""
        self._require_root("delete from")
        with self._writing(key), contextlib.suppress(FileNotFoundError):
            obstore.delete(self._store, key)
        with contextlib.suppress(OSError):
            for folder in (self._root / key).parents:
                if folder == self._root:
                    break
                folder.rmdir()

    def discard_uploads(self, prefix: str) -> int:
        """Remove files among the uploads, obstore's own temporary ones included."""
        return self._unlink_uploads(_flat(prefix))

    def _put_parts(self, key: str, name: str, chunks: Iterable[bytes]) -> None:
        with self._writing(key):
            obstore.put(
                self._store,
                name,
                chunks,
                use_multipart=True,
                chunk_size=_PART_BYTES,
                max_concurrency=_PARTS_AT_ONCE,
            )

    @contextlib.contextmanager
    def _upload(self, key: str) -> Generator[str]:
        """Give the name of an upload; on leaving it becomes the object, or nothing remains."""
        self._require_root("write to")
        name = f"{_flat(key)}.{secrets.token_hex(4)}"
        try:
            yield f"{UPLOADS}/{name}"
            with self._writing(key):
                _sync_file(self._root / UPLOADS / name)
                obstore.rename(self._store, f"{UPLOADS}/{name}", key, overwrite=False)
                _sync_folders((self._root / key).parent, self._root)
        finally:
            self._unlink_uploads(name)

    @contextlib.contextmanager
    def _writing(self, key: str) -> Generator[None]:
        try:
            yield
        except AlreadyExistsError as error:
            raise key_taken(self.url, key) from error
        except (OSError, BaseError) as error:
            raise storage_failure(self.url, f"write {key} to", error) from error

    @contextlib.contextmanager
    def _reading(self, key: str) -> Generator[None]:
        try:
            yield
        except FileNotFoundError as error:
            self._require_root("read from")
            raise missing_object(self.url, key) from error
        except BaseError as error:
            raise storage_failure(self.url, f"read {key} from", error) from error

    def _require_root(self, attempted: str) -> None:
        """A folder that vanished would read as empty, and a put would make it anew."""
        if not self._root.is_dir():
            raise unreachable(self.url, attempted, "there is no such folder.")

    def _unlink_uploads(self, prefix: str) -> int:
        uploads = self._root / UPLOADS
        if not uploads.is_dir():
            return 0
        left = [path for path in uploads.iterdir() if path.name.startswith(prefix)]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


def _flat(key: str) -> str:
    return key.replace("/", "~")


def _sync_file(path: Path) -> None:
    """Write a file through to the disk and out of memory: reading it back then reads the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def _sync_folders(folder: Path, root: Path) -> None:
    """Write folder entries through to the disk, from `folder` up to `root`."""
    for path in (folder, *folder.parents):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if path == root:
            return
