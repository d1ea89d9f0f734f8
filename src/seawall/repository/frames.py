"""zstd frames, compressed on several cores; concatenated they are what `zstd -d` opens."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future
from typing import IO, Final

import zstandard

from seawall.repository.age import Writer
from seawall.repository.compressors import COMPRESSORS

# Level 1 looks back 512 KiB: larger frames store 1 % less, and cost memory for each store at once.
FRAME_BYTES: Final = 2**20
_CHUNK_BYTES: Final = 2**20

DecompressError: type[Exception] = zstandard.ZstdError


def compress(chunks: Iterable[bytes]) -> Generator[bytes]:
    """Yield one frame for about FRAME_BYTES of plain bytes, and one empty frame for none."""
    waiting: deque[Future[bytes]] = deque()
    with COMPRESSORS.working() as submit:
        try:
            for frame in _gather(chunks):
                waiting.append(submit(frame))
                del frame  # it would be kept until the next one is gathered
                while waiting and (len(waiting) > COMPRESSORS.share or waiting[0].done()):
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for each in waiting:
                each.cancel()


def decompress(packed: IO[bytes], plain: Writer) -> None:
    """A stage: write the plain bytes of frames. One that ends within a frame is no error here.

    Raises:
        DecompressError: When the bytes are no frames.
    """
    decompressor = zstandard.ZstdDecompressor()
    with decompressor.stream_reader(
        packed, read_size=_CHUNK_BYTES, read_across_frames=True
    ) as reader:
        while chunk := reader.read(_CHUNK_BYTES):
            plain.write(chunk)


def _gather(chunks: Iterable[bytes]) -> Iterator[bytes]:
    parts: list[memoryview] = []
    size = frames = 0
    for part in _split(chunks):
        parts.append(part)
        size += len(part)
        if size >= FRAME_BYTES:
            yield _join(parts)
            size, frames = 0, frames + 1
    if parts or not frames:
        yield _join(parts)


def _join(parts: list[memoryview]) -> bytes:
    """One frame of its parts, which are forgotten before the frame is compressed."""
    frame = b"".join(parts)
    parts.clear()
    return frame


def _split(chunks: Iterable[bytes]) -> Iterator[memoryview]:
    for chunk in chunks:
        whole = memoryview(chunk)
        for start in range(0, len(whole), FRAME_BYTES):
            yield whole[start : start + FRAME_BYTES]
