"""A repository in a bucket: parts and ranges of bounded size, and puts that never overwrite."""

from __future__ import annotations

import itertools
import re
import secrets
import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Final

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError

from seawall.repository.bucket import Bucket
from seawall.repository.failures import key_taken, missing_object
from seawall.repository.ranges import RANGE_BYTES, ReadAhead, in_chunks
from seawall.repository.s3_client import open_store, repeat_broken
from seawall.repository.s3_failures import is_no_object, is_no_range, named, unconditional
from seawall.repository.segments import Remainder, sequel_key
from seawall.repository.upload import Upload

if TYPE_CHECKING:
    from obstore import GetOptions, ObjectMeta

# The least that S3 takes. Four parts under way, which uploads at once share (each has one at least),
# and one more that grows for each: 25 MiB for one upload, 40 MiB for four that begin together.
PART_BYTES: Final = 5 * 2**20
PARTS_AT_ONCE: Final = 4
# S3 takes 10,000 parts at most: what is larger goes on in sequels.
SEGMENT_BYTES = 8192 * PART_BYTES

PROBES: Final = "probes/"
# In an object's metadata: which put made it. One whose answer was lost is told from another's.
_TOKEN: Final = "seawall-put"  # noqa: S105 - a name
_SEQUEL = re.compile(r"(.+)\.\d{4}")


class S3Objects:
    """Objects in a bucket of any service that speaks S3. Implements `objects.Objects`.

    What is larger than 40 GiB lies in several objects: the key itself, which is completed last, and
    its sequels `KEY.0002`, ...

    An object of one part is put on the condition that its key is free. A larger one cannot be: the
    library has no condition for it, so its key is looked for before the first part and again after
    the last. The keys of backups carry random parts.
    """

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._store = open_store(bucket)
        self._lock = threading.Lock()
        self._streams = self._parts = 0
        self._ahead = ReadAhead()
        self._probing = threading.Lock()
        self._is_conditional = False

    @property
    def url(self) -> str:
        """`s3://bucket/prefix`."""
        return self._bucket.url

    def reach(self) -> None:
        """Ask for something small: a wrong login or bucket is noticed before any work.

        Raises:
            UnreachableError: SW-REPOSITORY-001 or -014 to -020, by its cause.
        """
        with self._act("s3:ListBucket", "open the repository"):
            next(self._pages("manifests"), None)

    def put_stream(self, key: str, chunks: Iterable[bytes]) -> None:
        """Store one large object in parts, or whole when it fits in one."""
        self._require_conditions()
        with self._counted():
            rest = Remainder(chunks)
            head = list(rest.take(PART_BYTES))
            if rest.is_empty():
                self._create(key, b"".join(head))
                return
            self._require_free(key)
            with self._sharing() as parts_at_once:
                try:
                    self._put_segments(key, head, rest, parts_at_once)
                except BaseException:
                    self._delete_sequels(key)
                    raise

    def put_new(self, key: str, content: bytes) -> None:
        """Store one small object, on the condition that its key is free."""
        self._require_conditions()
        self._create(key, content)

    def get_stream(self, key: str) -> Iterator[bytes]:
        """Read one object by ranges, some of them ahead; all of one version."""
        for name in self._segment_names(key):
            try:
                size = yield from self._read(name)
            except FileNotFoundError as error:
                if name == key:
                    raise missing_object(self.url, key) from error
                return
            if size < SEGMENT_BYTES:
                return

    def list_keys(self, prefix: str) -> tuple[str, ...]:
        """The keys below `prefix`, sorted."""
        with self._act("s3:ListBucket", "list"):
            found = {key for page in self._pages(prefix) for key in page}
        return tuple(sorted(key for key in found if not _is_hidden(key, found)))

    def size(self, key: str) -> int:
        """An object's bytes, its sequels included."""
        total = 0
        for name in self._segment_names(key):
            try:
                size = self._head(name)
            except FileNotFoundError as error:
                if name == key:
                    raise missing_object(self.url, key) from error
                break
            total += size
            if size < SEGMENT_BYTES:
                break
        return total

    def delete(self, key: str) -> None:
        """Remove an object; a bucket that keeps versions keeps this one too."""
        with self._act("s3:DeleteObject", f"delete {key} from"), suppress(FileNotFoundError):
            obstore.delete(self._store, key)
        self._delete_sequels(key)

    def discard_uploads(self, prefix: str) -> int:  # noqa: ARG002 - see below
        """Nothing: what a killed process leaves of an upload is the bucket's to remove.

        Nothing of it is visible, but it is paid for. obstore cannot list unfinished uploads, so
        the bucket needs a lifecycle rule that ends them; docs/how-to/keep-backups-in-s3.md has it.
        """
        return 0

    def _put_segments(
        self, key: str, head: list[bytes], rest: Remainder, parts_at_once: int
    ) -> None:
        """Put one object and its sequels; the key is completed last."""
        with ExitStack() as stack:
            uploads: list[Upload] = []
            segment: Iterator[bytes] = itertools.chain(
                _drained(head), rest.take(SEGMENT_BYTES - PART_BYTES)
            )
            while not uploads or not rest.is_empty():
                name = sequel_key(key, len(uploads) + 1)
                put = partial(self._put_parts, name, parts_at_once)
                uploads.append(stack.enter_context(Upload(put)))
                for chunk in segment:
                    uploads[-1].send(chunk)
                segment = rest.take(SEGMENT_BYTES)
            self._require_free(key)
            for upload in reversed(uploads):
                upload.complete()

    def _put_parts(self, key: str, parts_at_once: int, chunks: Iterable[bytes]) -> None:
        with self._act("s3:PutObject", f"write {key} to"):
            obstore.put(
                self._store,
                key,
                chunks,
                use_multipart=True,
                chunk_size=PART_BYTES,
                max_concurrency=parts_at_once,
            )

    @contextmanager
    def _counted(self) -> Generator[None]:
        """One more stream under way, from its first byte: others leave parts for it."""
        with self._lock:
            self._streams += 1
        try:
            yield
        finally:
            with self._lock:
                self._streams -= 1

    @contextmanager
    def _sharing(self) -> Generator[int]:
        """How many parts of one upload may be under way beside the other uploads."""
        with self._lock:
            free = PARTS_AT_ONCE - self._parts
            parts_at_once = max(1, min(free, PARTS_AT_ONCE // self._streams))
            self._parts += parts_at_once
        try:
            yield parts_at_once
        finally:
            with self._lock:
                self._parts -= parts_at_once

    def _create(self, key: str, content: bytes) -> None:
        token = secrets.token_hex(16)

        def put() -> None:
            obstore.put(
                self._store,
                key,
                content,
                mode="create",
                use_multipart=False,
                attributes={_TOKEN: token},
            )

        with self._act("s3:PutObject", f"write {key} to"):
            try:
                repeat_broken(put)
            except AlreadyExistsError as error:
                if self._token_of(key) != token:
                    raise key_taken(self.url, key) from error

    def _token_of(self, key: str) -> str:
        with self._act("s3:GetObject", f"read {key} from"), suppress(FileNotFoundError):
            found = obstore.get(self._store, key, options={"head": True})
            return str(found.attributes.get(_TOKEN, ""))
        return ""

    def _require_conditions(self) -> None:
        """Put a random key twice, once for this repository: the second put must fail.

        Raises:
            RefusedError: SW-REPOSITORY-021 when it does not.
        """
        with self._probing:
            if self._is_conditional:
                return
            key = f"{PROBES}{secrets.token_hex(8)}"
            with self._act("s3:PutObject", "write to"):
                try:
                    for _ in range(2):
                        obstore.put(self._store, key, b"", mode="create", use_multipart=False)
                except AlreadyExistsError:
                    self._is_conditional = True
                finally:
                    obstore.delete(self._store, key)
            if not self._is_conditional:
                raise unconditional(self.url)

    def _require_free(self, key: str) -> None:
        with suppress(FileNotFoundError):
            self._head(key)
            raise key_taken(self.url, key)

    def _head(self, key: str) -> int:
        with self._act("s3:GetObject", f"read {key} from"):
            return obstore.head(self._store, key)["size"]

    def _read(self, key: str) -> Generator[bytes, None, int]:
        """Read one segment; returns its size."""

        def fetch(start: int, end: int, version: str | None) -> tuple[ObjectMeta, memoryview]:
            options: GetOptions = {"range": (start, end)}
            if version:
                options["if_match"] = version
            found = obstore.get(self._store, key, options=options)
            return found.meta, memoryview(found.bytes())

        def fetch_same(start: int, end: int) -> memoryview:
            with self._act("s3:GetObject", f"read {key} from"):
                return repeat_broken(lambda: fetch(start, end, meta["e_tag"]))[1]

        with self._act("s3:GetObject", f"read {key} from"):
            try:
                meta, content = repeat_broken(lambda: fetch(0, RANGE_BYTES, None))
            except BaseError as error:
                if is_no_range(error):
                    return 0  # an empty object has none
                raise
        yield from in_chunks(content)
        yield from self._ahead.read(fetch_same, len(content), meta["size"])
        return meta["size"]

    def _segment_names(self, key: str) -> Iterator[str]:
        return (sequel_key(key, number) for number in itertools.count(1))

    def _delete_sequels(self, key: str) -> None:
        folder = key.rpartition("/")[0]
        with self._act("s3:DeleteObject", f"delete {key} from"):
            for page in self._pages(folder):
                for found in page:
                    if (sequel := _SEQUEL.fullmatch(found)) and sequel[1] == key:
                        obstore.delete(self._store, found)

    def _pages(self, prefix: str) -> Iterator[list[str]]:
        # One overload of obstore's names a library that is not needed here.
        pages = obstore.list(self._store, prefix.rstrip("/") or None)  # pyright: ignore[reportUnknownMemberType]
        return ([entry["path"] for entry in page] for page in pages)

    @contextmanager
    def _act(self, action: str, attempted: str) -> Generator[None]:
        """Name the cause of what fails within, and the right that it takes."""
        try:
            yield
        except FileNotFoundError as error:
            if is_no_object(error):
                raise
            raise named(self._bucket, action, attempted, error) from error
        except BaseError as error:
            raise named(self._bucket, action, attempted, error) from error


def _drained(chunks: list[bytes]) -> Iterator[bytes]:
    """The chunks, which nobody else keeps in memory any longer."""
    chunks.reverse()
    while chunks:
        yield chunks.pop()


def _is_hidden(key: str, found: set[str]) -> bool:
    """Whether a key is a probe, or the sequel of one that is there."""
    sequel = _SEQUEL.fullmatch(key)
    return key.startswith(PROBES) or bool(sequel and sequel[1] in found)
