"""One piece on its way in and out: plain bytes, zstd frames, age, object."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass

from seawall.repository import age
from seawall.repository.conveyor import GivenUpError, HandOver, through
from seawall.repository.frames import compress, decompress
from seawall.repository.freed import give_back
from seawall.repository.measured import Measured
from seawall.repository.objects import Objects
from seawall.repository.streams import STREAMS


@dataclass(frozen=True)
class Stored:
    """What storing one piece measured.

    Attributes:
        plain_bytes: Size before compression.
        plain_hash: BLAKE3 of the plain bytes, hex.
        stored_bytes: Size of the object.
        stored_hash: BLAKE3 of the object, hex.
    """

    plain_bytes: int
    plain_hash: str
    stored_bytes: int
    stored_hash: str


def store(
    objects: Objects, key: str, chunks: Iterable[bytes], recipients: tuple[str, ...]
) -> Stored:
    """Store plain chunks under a key, encrypted when there are recipients.

    The caller's thread iterates over the chunks; compression, encryption and upload run beside
    it. The first error of any of them is raised, and then nothing is stored and no thread left.
    """
    plain, stored, frames = Measured(), Measured(), HandOver()
    sealed = _seal(frames, recipients)

    def upload() -> None:
        try:
            objects.put_stream(key, give_back(stored.watch(sealed)))
        finally:
            frames.give_up()
            sealed.close()

    with ThreadPoolExecutor(1, "seawall-upload") as thread:
        uploading = thread.submit(upload)
        try:
            with suppress(GivenUpError), closing(compress(plain.watch(chunks))) as compressed:
                for frame in compressed:
                    frames.send(frame)
                frames.end()
            uploading.result()
        finally:
            frames.give_up()
    return Stored(plain.size, plain.hash, stored.size, stored.hash)


def fetch(objects: Objects, key: str, identities: str) -> Generator[bytes]:
    """Stream an object's plain bytes; without identities it must not be encrypted.

    Decryption and decompression run beside the caller, each in a thread of its own.

    Raises:
        MissingObjectError: SW-REPOSITORY-005.
        age.DecryptError: When the bytes are not age's, or for other identities.
        frames.DecompressError: When the bytes are not zstd's.
    """
    with (
        STREAMS.passing(),
        closing(_open(objects.get_stream(key), identities)) as compressed,
        closing(through(compressed, decompress, STREAMS.room)) as plain,
    ):
        yield from give_back(plain)


def _seal(chunks: Iterable[bytes], recipients: tuple[str, ...]) -> Generator[bytes]:
    return through(chunks, age.encryption(recipients)) if recipients else _pass(chunks)


def _open(chunks: Iterable[bytes], identities: str) -> Generator[bytes]:
    return through(chunks, age.decryption(identities)) if identities else _pass(chunks)


def _pass(chunks: Iterable[bytes]) -> Generator[bytes]:
    yield from chunks
