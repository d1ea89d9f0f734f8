"""Unpacks a base backup's tar: plain files and folders, nothing outside of the folder."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

from seawall.engines.postgres.tools import CHUNK_BYTES
from seawall.errors import FindingsError

MANIFEST: Final = "backup_manifest"
# The log comes from its own pieces, which reach further.
LOG_FOLDER: Final = "pg_wal"


class _Stream(io.RawIOBase):
    """Chunks as a file that is read once from its start."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def unpack(chunks: Iterator[bytes], folder: Path) -> None:
    """Write the files of a base into a folder, then compare them with the base's own list.

    Raises:
        FindingsError: SW-POSTGRES-010 when the tar is cut short or holds what it must not, or when
            files are missing.
    """
    sizes: dict[str, int] = {}
    stream = io.BufferedReader(_Stream(chunks), CHUNK_BYTES)
    try:
        with tarfile.open(fileobj=stream, mode="r|", bufsize=CHUNK_BYTES) as archive:
            archive.copybufsize = CHUNK_BYTES  # type: ignore[attr-defined]
            for member in archive:
                _unpack_member(archive, member, folder, sizes)
    except tarfile.TarError as error:
        raise _damaged(f"it cannot be read: {error}") from error
    _compare(folder, sizes)


def _unpack_member(
    archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path, sizes: dict[str, int]
) -> None:
    name = PurePosixPath(member.name)
    if name.is_absolute() or ".." in name.parts or not (member.isfile() or member.isdir()):
        raise _damaged(f"it holds {member.name!r}, which is no file or folder of a database")
    path = folder / name
    if member.isdir():
        _make_folder(path)
        return
    if name.parts[0] == LOG_FOLDER:
        return
    content = archive.extractfile(member)
    _make_folder(path.parent)
    with path.open("xb", buffering=0) as file:
        while content and (chunk := content.read(CHUNK_BYTES)):
            file.write(chunk)
    path.chmod(0o600)
    sizes[str(name)] = member.size


def _make_folder(path: Path) -> None:
    """Make a folder and those above it, all of them private."""
    if not path.is_dir():
        _make_folder(path.parent)
        path.mkdir(mode=0o700)


def _compare(folder: Path, sizes: dict[str, int]) -> None:
    """Every file that the server said it sent has arrived, in its length."""
    path = folder / MANIFEST
    if not path.exists():
        raise _damaged(f"it has no {MANIFEST}: its end is missing")
    for file in json.loads(path.read_bytes())["Files"]:
        encoded = file.get("Encoded-Path")
        name = bytes.fromhex(encoded).decode("latin-1") if encoded else file["Path"]
        if not name.startswith(f"{LOG_FOLDER}/") and sizes.get(name) != file["Size"]:
            raise _damaged(f"{name} has {sizes.get(name, 'no')} bytes instead of {file['Size']}")


def _damaged(happened: str) -> FindingsError:
    return FindingsError(
        "SW-POSTGRES-010",
        attempted="unpack the base backup",
        happened=f"{happened}.",
        hint="This backup is damaged: restore an earlier one, and run `seawall verify`.",
    )
