"""What only a bucket has: logins, conditions, parts, sequels, and a network in between."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from faults.proxy import Fault, Kind, Proxy, faulty_proxy
from seawall.errors import FindingsError, RefusedError, SeawallError, UnreachableError
from seawall.model.secret import Secret
from seawall.repository import s3, s3_client
from seawall.repository.bucket import Bucket, Login
from seawall.repository.failures import KeyTakenError, RepositoryFullError
from seawall.repository.objects import open_objects
from seawall.repository.ranges import MOST_AHEAD, RANGE_BYTES, ReadAhead
from seawall.repository.s3 import S3Objects
from seawall.repository.verify import verify_repository
from servers.s3 import S3Server
from unit.repository.conftest import Seen
from unit.repository.drafts import back_up, content_of, in_chunks

MIB = 2**20
CANARY = "canary0secret"


@pytest.fixture
def kind() -> str:
    return "seaweedfs"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three tries in a moment; what is tested is what comes after them."""
    backoff = {"init_backoff": timedelta(milliseconds=5), "max_backoff": timedelta(milliseconds=20)}
    retry = {"max_retries": 3, "retry_timeout": timedelta(seconds=20), "backoff": backoff}
    monkeypatch.setattr(s3_client, "RETRY", retry)


@pytest.fixture
def proxy(seaweedfs: S3Server) -> Iterator[Proxy]:
    with faulty_proxy(seaweedfs.endpoint) as running:
        yield running


def strike(bucket: Bucket, proxy: Proxy, *faults: Fault) -> Bucket:
    """The same bucket, behind a faulty way."""
    proxy.faults[:] = faults
    return replace(bucket, endpoint=proxy.endpoint)


def failure(bucket: Bucket) -> SeawallError:
    """With what opening it fails, all secrets looked for."""
    with pytest.raises(UnreachableError) as caught:
        open_objects(bucket)
    assert caught.value.exit_code == 3
    assert bucket.url in str(caught.value)
    assert CANARY not in str(caught.value)
    assert bucket.login is None or bucket.login.secret.reveal() not in str(caught.value)
    return caught.value


def test_a_wrong_key_id_a_wrong_secret_and_a_stale_token_are_told_apart(
    bucket: Bucket, proxy: Proxy
) -> None:
    assert bucket.login
    secret = bucket.login.secret
    unknown = failure(replace(bucket, login=Login(Secret(CANARY), secret)))
    wrong = failure(replace(bucket, login=Login(bucket.login.key_id, Secret(CANARY))))
    # SeaweedFS without its own STS takes any token: the answer is S3's as documented.
    stale = failure(strike(bucket, proxy, Fault(Kind.ANSWER, status=400, code="ExpiredToken")))
    assert {each.code for each in (unknown, wrong, stale)} == {"SW-REPOSITORY-014"}
    assert "knows no access key of this id" in unknown.happened
    assert "the secret does not belong" in wrong.happened
    assert "session token" in stale.happened


def test_a_bucket_that_is_not_there_is_not_made(bucket: Bucket, seaweedfs: S3Server) -> None:
    error = failure(replace(bucket, url="s3://no-such-bucket/x"))
    assert error.code == "SW-REPOSITORY-015"
    assert "no bucket no-such-bucket" in error.happened
    assert "never makes one" in error.hint
    names = [each["Name"] for each in seaweedfs.client().list_buckets()["Buckets"]]
    assert "no-such-bucket" not in names


def use(bucket: Bucket) -> None:
    """Open, list, put, ask."""
    objects = open_objects(bucket)
    objects.put_new("a", b"")
    objects.size("a")


@pytest.mark.parametrize(
    ("method", "text", "action"),
    [
        ("GET", "list-type", "s3:ListBucket"),
        ("PUT", "", "s3:PutObject"),
        ("HEAD", "", "s3:GetObject"),
    ],
)
def test_a_denied_action_is_named(
    bucket: Bucket, proxy: Proxy, method: str, text: str, action: str
) -> None:
    fault = Fault(Kind.ANSWER, method, text, status=403, code="AccessDenied")
    with pytest.raises(UnreachableError, match=f"may not {action} .*SW-REPOSITORY-016"):
        use(strike(bucket, proxy, fault))


@pytest.mark.parametrize(
    ("status", "code", "error", "words"),
    [
        (403, "RequestTimeTooSkewed", "SW-REPOSITORY-017", "clock"),
        (301, "PermanentRedirect", "SW-REPOSITORY-018", "not in region us-east-1"),
        (400, "AuthorizationHeaderMalformed", "SW-REPOSITORY-018", "not in region us-east-1"),
        (500, "InternalError", "SW-REPOSITORY-022", "500 InternalError"),
        (503, "SlowDown", "SW-REPOSITORY-022", "503 SlowDown"),
        (404, "", "SW-REPOSITORY-020", "not answer as S3 does"),
        (405, "MethodNotAllowed", "SW-REPOSITORY-020", "not answer as S3 does"),
    ],
)
def test_what_the_service_answers_is_told(
    bucket: Bucket, proxy: Proxy, status: int, code: str, error: str, words: str
) -> None:
    fault = Fault(Kind.ANSWER, status=status, code=code)
    found = failure(strike(bucket, proxy, fault))
    assert found.code == error
    assert words in found.happened
    assert fault.struck == (4 if status >= 500 else 1)


def test_a_service_that_is_not_there_or_speaks_otherwise_is_named(bucket: Bucket) -> None:
    texts = {
        "http://127.0.0.1:1": ("SW-REPOSITORY-001", "nothing listens"),
        "http://no-such-host.invalid": ("SW-REPOSITORY-001", "not known here"),
        bucket.endpoint.replace("http:", "https:"): ("SW-REPOSITORY-001", "does not speak TLS"),
    }
    for endpoint, (code, words) in texts.items():
        error = failure(replace(bucket, endpoint=endpoint))
        assert (error.code, words in error.happened) == (code, True), error


def test_a_service_without_room_is_a_full_repository(bucket: Bucket, proxy: Proxy) -> None:
    fault = Fault(Kind.ANSWER, "PUT", status=507, code="InsufficientStorage")
    objects = open_objects(strike(bucket, proxy, fault))
    with pytest.raises(RepositoryFullError, match="SW-REPOSITORY-003"):
        objects.put_new("a", b"")


def test_a_service_that_ignores_conditions_is_refused_and_nothing_is_stored(
    bucket: Bucket, proxy: Proxy, seen: Seen
) -> None:
    objects = open_objects(strike(bucket, proxy, Fault(Kind.DEAF, "PUT")))
    assert objects.list_keys("") == ()
    puts: tuple[Callable[[], None], ...] = (
        lambda: objects.put_new("a", b""),
        lambda: objects.put_stream("b", iter([b""])),
    )
    for put in puts:
        with pytest.raises(
            RefusedError, match=r"ignores the condition.*SW-REPOSITORY-021"
        ) as caught:
            put()
        assert caught.value.exit_code == 4
    assert seen() == []


def test_conditions_are_tried_once_and_only_by_who_writes(bucket: Bucket, proxy: Proxy) -> None:
    objects = open_objects(strike(bucket, proxy))
    assert verify_repository(objects).faults == ()
    assert not any(each.startswith("PUT") for each in proxy.requests)
    for key in ("a", "b", "c"):
        objects.put_new(key, b"")
    assert sum("probes/" in each for each in proxy.requests) == 3


def test_a_put_whose_answer_was_lost_is_known_as_ones_own(bucket: Bucket, proxy: Proxy) -> None:
    objects = open_objects(bucket)
    objects.put_new("taken", b"theirs")
    objects = open_objects(strike(bucket, proxy, Fault(Kind.LOST_ANSWER, "PUT", "/mine", 1)))
    objects.put_new("mine", b"mine")
    assert b"".join(objects.get_stream("mine")) == b"mine"
    proxy.faults[:] = [Fault(Kind.LOST_ANSWER, "PUT", "/taken", 1)]
    with pytest.raises(KeyTakenError):
        objects.put_new("taken", b"mine")


@pytest.mark.parametrize("kind_of_cut", [Kind.CUT_REQUEST, Kind.LOST_ANSWER])
def test_a_part_whose_connection_is_cut_is_sent_again(
    bucket: Bucket, proxy: Proxy, seen: Seen, kind_of_cut: Kind
) -> None:
    content = content_of(30 * MIB)
    objects = open_objects(strike(bucket, proxy, Fault(kind_of_cut, "PUT", "partNumber=2", 2)))
    objects.put_stream("a", in_chunks(content))
    assert b"".join(objects.get_stream("a")) == content
    assert seen() == ["a"]


@pytest.mark.parametrize("part", ["partNumber=1&", "partNumber=6&"])
def test_a_part_that_never_passes_leaves_nothing(
    bucket: Bucket, proxy: Proxy, seen: Seen, part: str
) -> None:
    objects = open_objects(strike(bucket, proxy, Fault(Kind.CUT_REQUEST, "PUT", part)))
    with pytest.raises(UnreachableError, match=r"connection to .* failed.*SW-REPOSITORY-001"):
        objects.put_stream("a", in_chunks(content_of(30 * MIB)))
    assert seen() == []


def test_a_read_goes_on_where_its_connection_was_cut(bucket: Bucket, proxy: Proxy) -> None:
    content = content_of(30 * MIB)
    open_objects(bucket).put_stream("a", in_chunks(content))
    cuts = Fault(Kind.CUT_ANSWER, "GET", "/a", 3)
    objects = open_objects(strike(bucket, proxy, cuts))
    assert b"".join(objects.get_stream("a")) == content
    assert cuts.struck == 3
    proxy.faults[:] = [Fault(Kind.CUT_ANSWER, "GET", "/a")]
    with pytest.raises(UnreachableError, match="SW-REPOSITORY-001"):
        list(objects.get_stream("a"))


def test_an_object_that_is_replaced_while_it_is_read_is_noticed(
    bucket: Bucket, seaweedfs: S3Server
) -> None:
    objects = open_objects(bucket)
    objects.put_stream("a", in_chunks(bytes(40 * MIB)))
    chunks = objects.get_stream("a")
    next(iter(chunks))
    seaweedfs.client().put_object(
        Bucket=bucket.name, Key=f"{bucket.prefix}/a", Body=bytes([1]) * 40 * MIB
    )
    with pytest.raises(FindingsError, match=r"replaced.*SW-REPOSITORY-006"):
        list(chunks)


def test_what_is_larger_than_one_object_may_be_goes_on_in_sequels(
    bucket: Bucket, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "SEGMENT_BYTES", 2 * s3.PART_BYTES)
    objects = open_objects(bucket)
    for size in (10 * MIB, 10 * MIB + 1, 22 * MIB):
        content = content_of(size)
        objects.put_stream("a/b", in_chunks(content))
        assert len(seen()) == -(-size // (10 * MIB))
        assert objects.list_keys("a/") == ("a/b",)
        assert objects.size("a/b") == size
        assert b"".join(objects.get_stream("a/b")) == content
        objects.delete("a/b")
        assert seen() == []


def test_sequels_of_an_object_that_fails_are_removed(
    bucket: Bucket, proxy: Proxy, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "SEGMENT_BYTES", 2 * s3.PART_BYTES)

    def failing() -> Iterator[bytes]:
        yield from in_chunks(content_of(22 * MIB))
        raise KeyError

    with pytest.raises(KeyError):
        open_objects(bucket).put_stream("a/b", failing())
    assert seen() == []
    # The last request of all: the sequels are complete, the key itself is refused.
    objects = open_objects(
        strike(bucket, proxy, Fault(Kind.ANSWER, "POST", "/a/b?uploadId", status=400, code="X"))
    )
    with pytest.raises(UnreachableError):
        objects.put_stream("a/b", in_chunks(content_of(22 * MIB)))
    assert seen() == []


def test_uploads_at_once_share_the_parts_that_are_under_way(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects = S3Objects(bucket)
    asked: list[int] = []
    real = S3Objects._put_parts

    def watch(self: S3Objects, key: str, parts_at_once: int, chunks: Iterable[bytes]) -> None:
        asked.append(parts_at_once)
        real(self, key, parts_at_once, chunks)

    monkeypatch.setattr(S3Objects, "_put_parts", watch)
    together = threading.Barrier(4)

    def slow() -> Iterator[bytes]:
        together.wait(30)
        yield bytes(6 * MIB)
        together.wait(30)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda key: objects.put_stream(key, slow()), "abcd"))
    objects.put_stream("e", iter([bytes(6 * MIB)]))
    assert asked == [1, 1, 1, 1, 4]


def test_objects_read_at_once_share_the_ranges_that_are_read_ahead() -> None:
    ahead, lock = ReadAhead(), threading.Lock()
    taken: list[int] = []

    def fetch(start: int, end: int) -> memoryview:
        with lock:
            taken.append(start)
        return memoryview(bytes(end - start))

    size = 20 * RANGE_BYTES
    readers = [ahead.read(fetch, 0, size) for _ in range(4)]
    sizes = [len(next(reader)) for reader in readers]
    for reader in readers[:2]:
        cast("Generator[bytes]", reader).close()  # gives its share back
    assert len(taken) <= len(readers) + MOST_AHEAD
    for reader in readers[2:]:
        sizes += [len(chunk) for chunk in reader]
    assert sum(sizes) == 2 * size + 2 * RANGE_BYTES
    taken.clear()
    assert sum(len(chunk) for chunk in ahead.read(fetch, 0, size)) == size
    assert sorted(taken) == list(range(0, size, RANGE_BYTES))


def test_an_object_that_appears_during_an_upload_is_not_overwritten(
    bucket: Bucket, seen: Seen
) -> None:
    objects, other = open_objects(bucket), open_objects(bucket)

    def slow() -> Iterator[bytes]:
        yield from in_chunks(bytes(20 * MIB))
        other.put_new("a", b"theirs")

    with pytest.raises(KeyTakenError):
        objects.put_stream("a", slow())
    assert b"".join(objects.get_stream("a")) == b"theirs"
    assert seen() == ["a"]


def test_what_a_killed_writer_leaves_is_invisible_and_the_buckets_own_to_remove(
    bucket: Bucket, seaweedfs: S3Server
) -> None:
    script = """
        import os, signal, sys
        from seawall.model.secret import Secret
        from seawall.repository.bucket import Bucket, Login
        from seawall.repository.objects import open_objects

        def chunks():
            for _ in range(24):
                yield bytes(2**20)
            os.kill(os.getpid(), signal.SIGKILL)

        url, endpoint, key_id = sys.argv[1:]
        login = Login(Secret(key_id), Secret(os.environ["SECRET"]))
        open_objects(Bucket(url, endpoint, login=login)).put_stream("a/b", chunks())
    """
    assert bucket.login
    ended = subprocess.run(
        [
            *(sys.executable, "-c", textwrap.dedent(script)),
            *(bucket.url, bucket.endpoint, bucket.login.key_id.reveal()),
        ],
        env={"SECRET": bucket.login.secret.reveal()},
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    objects = open_objects(bucket)
    assert objects.list_keys("") == ()
    assert objects.discard_uploads("a/") == 0
    assert seaweedfs.uploads(bucket) == ["a/b"]
    objects.put_new("a/b", b"")


def test_a_private_authority_is_trusted_where_it_is_named(
    bucket: Bucket, seaweedfs: S3Server, tmp_path: Path
) -> None:
    if not shutil.which("openssl"):
        pytest.skip("openssl is not on this machine")
    certificate, key = make_certificate(tmp_path)
    with faulty_proxy(seaweedfs.endpoint, certificate=(certificate, key)) as proxy:
        there = replace(bucket, endpoint=proxy.endpoint)
        error = failure(there)
        assert error.code == "SW-REPOSITORY-019"
        assert "not trusted" in error.happened
        objects = open_objects(replace(there, certificates=certificate.read_text()))
        objects.put_new("a", b"over TLS")
        assert b"".join(objects.get_stream("a")) == b"over TLS"


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of this machine that only its own file vouches for, and its key."""
    certificate, key = folder / "server.crt", folder / "server.key"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=CA:FALSE"),
            *("-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key


def test_variables_of_the_environment_do_not_win_over_the_bucket(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "other",
        "AWS_SECRET_ACCESS_KEY": "other",
        "AWS_SESSION_TOKEN": "other",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1",
        "AWS_REGION": "mars-1",
        "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "true",
    }.items():
        monkeypatch.setenv(name, value)
    objects = open_objects(bucket)
    back_up(objects, "b-1")
    assert verify_repository(objects).faults == ()
