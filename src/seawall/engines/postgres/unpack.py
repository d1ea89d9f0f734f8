"""Unpacks a base backup's tar: plain files and folders, nothing outside of the folder.

Chunks go into the files as they come, without a copy in between: Python's own tar reader needs
three times as long for a large database.
"""

from __future__ import annotations

import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from seawall.errors import FindingsError

MANIFEST: Final = "backup_manifest"
# The log comes from its own pieces, which reach further.
LOG_FOLDER: Final = "pg_wal"
BLOCK_BYTES: Final = tarfile.BLOCKSIZE


class _Stream:
    """Chunks read in pieces of any size."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def take(self, size: int) -> Iterator[memoryview]:
        """The next bytes in parts; fewer than asked for only at the end."""
        while size:
            if not self._rest:
                chunk = next(self._chunks, None)
                if chunk is None:
                    return
                self._rest = memoryview(chunk)
                continue
            part = self._rest[:size]
            self._rest = self._rest[size:]
            size -= len(part)
            yield part


def unpack(chunks: Iterator[bytes], folder: Path) -> None:
    """Write the files of a base into a folder, then compare them with the base's own list.

    Raises:
        FindingsError: SW-POSTGRES-010 when the tar is cut short or holds what it must not, or when
            files are missing.
    """
    sizes: dict[str, int] = {}
    stream = _Stream(chunks)
    while member := _read_head(stream):
        name = PurePosixPath(member.name)
        if name.is_absolute() or ".." in name.parts or not (member.isfile() or member.isdir()):
            raise _damaged(f"it holds {member.name!r}, which is no file or folder of a database")
        if member.isdir():
            _make_folder(folder / name)
            continue
        is_log = name.parts[0] == LOG_FOLDER
        _write_file(stream, member, None if is_log else folder / name)
        if not is_log:
            sizes[str(name)] = member.size
    _compare(folder, sizes)


def _read_head(stream: _Stream) -> tarfile.TarInfo | None:
    """What comes next; None at the block of zeros that ends the tar."""
    block = b"".join(stream.take(BLOCK_BYTES))
    if not block.strip(b"\0"):
        return None
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError as error:
        raise _damaged(f"it cannot be read: {error}") from error


def _write_file(stream: _Stream, member: tarfile.TarInfo, path: Path | None) -> None:
    """Write one file, or read over it."""
    written = 0
    if path is None:
        written = sum(map(len, stream.take(member.size)))
    else:
        _make_folder(path.parent)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            for part in stream.take(member.size):
                written += _write_all(descriptor, part)
        finally:
            os.close(descriptor)
    if written != member.size:
        raise _damaged(f"it ends within {member.name}")
    for _ in stream.take(-member.size % BLOCK_BYTES):
        pass


def _write_all(descriptor: int, part: memoryview) -> int:
    size = len(part)
    while part:
        part = part[os.write(descriptor, part) :]
    return size


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
