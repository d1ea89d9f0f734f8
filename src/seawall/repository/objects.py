"""The few things a repository asks of the place where its objects lie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol, TypeAlias

from seawall.errors import UsageError
from seawall.repository.bucket import Bucket
from seawall.repository.failures import storage_failure, unreachable
from seawall.repository.folder import FolderObjects
from seawall.repository.s3 import S3Objects


class Objects(Protocol):
    """Objects under keys such as `manifests/00000001.json`; what is put is never overwritten.

    A put counts as done when the object survives a power cut, and no key ever shows a part of an
    object. No key may be the folder of another key. Safe to use from several threads.
    """

    @property
    def url(self) -> str:
        """Where the objects lie, for messages."""
        ...

    def put_stream(self, key: str, chunks: Iterable[bytes]) -> None:
        """Store one large object; an error raised while iterating leaves nothing behind.

        Raises:
            KeyTakenError: SW-REPOSITORY-011 when the key exists.
            RepositoryFullError: SW-REPOSITORY-003.
            UnreachableError: SW-REPOSITORY-001.
        """
        ...

    def put_new(self, key: str, content: bytes) -> None:
        """Store one small object; of several writers of one key exactly one succeeds.

        Raises:
            KeyTakenError: SW-REPOSITORY-011 when the key exists.
            RepositoryFullError: SW-REPOSITORY-003.
            UnreachableError: SW-REPOSITORY-001.
        """
        ...

    def get_stream(self, key: str) -> Iterator[bytes]:
        """Read one object in chunks of about 1 MiB.

        Raises:
            MissingObjectError: SW-REPOSITORY-005.
            UnreachableError: SW-REPOSITORY-001.
        """
        ...

    def list_keys(self, prefix: str) -> tuple[str, ...]:
        """The keys below one folder of keys, sorted; uploads under way are not among them."""
        ...

    def size(self, key: str) -> int:
        """An object's bytes.

        Raises:
            MissingObjectError: SW-REPOSITORY-005.
            UnreachableError: SW-REPOSITORY-001.
        """
        ...

    def delete(self, key: str) -> None:
        """Remove an object; it may be gone already."""
        ...

    def discard_uploads(self, prefix: str) -> int:
        """Remove what killed processes left of uploads to keys with this prefix; how many.

        In a bucket that is the work of its own lifecycle rule, and nothing is removed here.
        """
        ...


Place: TypeAlias = str | Bucket
"""Where a repository is: a folder's absolute path, or a bucket."""


def open_objects(place: Place) -> Objects:
    """Open an existing repository.

    Raises:
        UnreachableError: SW-REPOSITORY-001 when there is no such folder; for a bucket also -014 to
            -020 and -022, by its cause.
        UsageError: SW-REPOSITORY-002 for any other kind of URL.
    """
    if isinstance(place, Bucket):
        objects = S3Objects(place)
        objects.reach()
        return objects
    root = _folder(place)
    if not root.is_dir():
        raise unreachable(place, "open the repository", "there is no such folder.")
    return FolderObjects(root)


def create_objects(place: Place) -> Objects:
    """Open a repository, making its folder (0700) where there is none yet; never a bucket."""
    if isinstance(place, Bucket):
        return open_objects(place)
    root = _folder(place)
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        root.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise storage_failure(place, "create the repository", error) from error
    return open_objects(place)


def _folder(url: str) -> Path:
    if not url.startswith("/"):
        raise UsageError(
            "SW-REPOSITORY-002",
            attempted=f"open the repository {_without_secret(url)}",
            happened="this version has folders and s3:// buckets only.",
            hint="Name a folder's absolute path or s3://bucket/prefix in `repository.url`.",
        )
    return Path(url)


def _without_secret(url: str) -> str:
    """A URL for messages: its user and query may carry a password."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}" if separator else url
