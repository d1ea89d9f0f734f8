"""zstd frames, compressed on two cores; concatenated they are what `zstd -d` opens."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

import zstandard

from seawall.repository.conveyor import file_over

# Level 1 looks back 512 KiB: larger frames store 1 % less, and cost memory for each store at once.
FRAME_BYTES: Final = 2**20
LEVEL: Final = 1
COMPRESSORS: Final = 2
_CHUNK_BYTES: Final = 2**20

DecompressError: type[Exception] = zstandard.ZstdError


def compress(chunks: Iterable[bytes]) -> Generator[bytes]:
    """Yield one frame for about FRAME_BYTES of plain bytes, and one empty frame for none."""
    own = threading.local()

    def compress_frame(frame: bytes) -> bytes:
        if not hasattr(own, "compressor"):
            own.compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
        packed: bytes = own.compressor.compress(frame)
        return packed

    with ThreadPoolExecutor(COMPRESSORS, "seawall-zstd") as threads:
        waiting: deque[Future[bytes]] = deque()
        for frame in _gather(chunks):
            waiting.append(threads.submit(compress_frame, frame))
            if len(waiting) > COMPRESSORS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def decompress(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the plain bytes of frames. A stream that ends within a frame ends without an error.

    Raises:
        DecompressError: When the bytes are no frames.
    """
    decompressor = zstandard.ZstdDecompressor()
    with decompressor.stream_reader(
        file_over(chunks), read_size=_CHUNK_BYTES, read_across_frames=True
    ) as plain:
        while chunk := plain.read(_CHUNK_BYTES):
            yield chunk


def _gather(chunks: Iterable[bytes]) -> Iterator[bytes]:
    parts: list[memoryview] = []
    size = frames = 0
    for part in _split(chunks):
        parts.append(part)
        size += len(part)
        if size >= FRAME_BYTES:
            yield b"".join(parts)
            parts, size, frames = [], 0, frames + 1
    if parts or not frames:
        yield b"".join(parts)


def _split(chunks: Iterable[bytes]) -> Iterator[memoryview]:
    for chunk in chunks:
        whole = memoryview(chunk)
        for start in range(0, len(whole), FRAME_BYTES):
            yield whole[start : start + FRAME_BYTES]
