"""Bytes as they are stored: zstd frames, then age. `age -d -i KEY | zstd -d` opens them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import IO, Final, cast

import pyrage
import zstandard
from blake3 import blake3

from seawall.errors import FindingsError
from seawall.repository.conveyor import Reader, through

# Frames are independent, so two cores compress two of them; larger ones gain nothing at level 1.
FRAME_BYTES: Final = 4 * 2**20
LEVEL: Final = 1
COMPRESSORS: Final = 2


@dataclass
class Measured:
    """Counts and hashes bytes as they pass.

    Attributes:
        size: Bytes so far.
    """

    size: int = 0
    _hasher: blake3 = field(default_factory=blake3)

    def watch(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The same chunks, measured."""
        for chunk in chunks:
            self._hasher.update(chunk)
            self.size += len(chunk)
            yield chunk

    @property
    def hash(self) -> str:
        """BLAKE3 of all bytes so far, hex."""
        return self._hasher.hexdigest()


def pack(chunks: Iterable[bytes], recipients: tuple[str, ...]) -> Iterator[bytes]:
    """Compress and, when there are recipients, encrypt."""
    compressed = _compress(chunks)
    if not recipients:
        return compressed
    keys = [pyrage.x25519.Recipient.from_str(each) for each in recipients]
    return through(compressed, lambda reader, writer: pyrage.encrypt_io(reader, writer, keys))


def unpack(chunks: Iterable[bytes], identity: str) -> Iterator[bytes]:
    """Decrypt, unless the identity is empty, and decompress.

    Raises:
        FindingsError: SW-REPOSITORY-005 when the bytes are neither age nor zstd, or damaged;
            SW-KEY-003 when the identity is not one of those they were encrypted for.
    """
    if identity:
        chunks = _decrypt(chunks, identity)
    try:
        yield from _decompress(chunks)
    except zstandard.ZstdError as error:
        raise _damaged(f"zstd: {error}") from error


def _compress(chunks: Iterable[bytes]) -> Iterator[bytes]:
    own = threading.local()

    def compress(frame: bytes) -> bytes:
        if not hasattr(own, "compressor"):
            own.compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
        packed: bytes = own.compressor.compress(frame)
        return packed

    with ThreadPoolExecutor(COMPRESSORS) as threads:
        waiting: deque[Future[bytes]] = deque()
        for frame in _frames(chunks):
            waiting.append(threads.submit(compress, frame))
            if len(waiting) > COMPRESSORS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _frames(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Gather chunks into frames; an empty stream is one empty frame, which zstd opens."""
    gathered: list[bytes] = []
    size = 0
    any_frame = False
    for chunk in chunks:
        gathered.append(chunk)
        size += len(chunk)
        if size >= FRAME_BYTES:
            yield b"".join(gathered)
            any_frame = True
            gathered, size = [], 0
    if size or not any_frame:
        yield b"".join(gathered)


def _decrypt(chunks: Iterable[bytes], identity: str) -> Iterator[bytes]:
    keys = [pyrage.x25519.Identity.from_str(identity)]
    try:
        yield from through(chunks, lambda reader, writer: pyrage.decrypt_io(reader, writer, keys))
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            raise FindingsError(
                "SW-KEY-003",
                attempted="decrypt a piece",
                happened="the identity is not one of those it was encrypted for.",
                hint="Give the identity that belongs to a recipient of the backup.",
            ) from error
        raise _damaged(f"age: {error}") from error
    except OSError as error:
        raise _damaged(f"age: {error}") from error


def _decompress(chunks: Iterable[bytes]) -> Iterator[bytes]:
    reader = Reader(chunks)
    decompressor = zstandard.ZstdDecompressor()
    # The reader has what zstandard needs of a file, its stub asks for all of it.
    source = cast("IO[bytes]", reader)
    with decompressor.stream_reader(source, read_size=2**18, read_across_frames=True) as stream:
        while chunk := stream.read(2**20):
            yield chunk


def _damaged(what: str) -> FindingsError:
    return FindingsError(
        "SW-REPOSITORY-005",
        attempted="open a piece",
        happened=f"its bytes are damaged ({what}).",
        hint="Run `seawall verify` and restore from another backup.",
    )
