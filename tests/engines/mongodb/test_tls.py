"""TLS as users have it: their own authority, the right host, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from engines.mongodb.lab import Lab, fingerprint, opened, serving
from seawall.engines.mongodb.client import connect
from seawall.engines.mongodb.failures import connect_failure
from seawall.errors import UnreachableError, UsageError
from seawall.model.location import Location
from seawall.model.target import Target
from servers.certificates import Authority, Certificate

FAST = ("serverSelectionTimeoutMS", "1500")


@dataclass(frozen=True)
class Issued:
    """An authority, a stranger to it, and what either has signed."""

    known: Authority
    stranger: Authority
    folder: Path


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Issued:
    folder = tmp_path_factory.mktemp("certificates")
    return Issued(Authority(folder / "known"), Authority(folder / "stranger"), folder)


@contextmanager
def serving_tls(lab: Lab, certificate: Certificate) -> Iterator[Target]:
    """A server that speaks TLS only; its target trusts nobody yet."""
    options = ("--tls-cert-file", str(certificate.pem), "--tls-key-file", str(certificate.key))
    with serving(lab, "tls", _refuses, *options) as target:
        yield target


def _refuses(target: Target) -> bool:
    """Whether it answers: a client that trusts nobody is told of TLS then."""
    with pytest.raises(UnreachableError) as caught:
        connect(with_options(target, ("tls", "true"), FAST))
    return caught.value.code == "SW-CONNECT-004"


def with_options(target: Target, *options: tuple[str, str]) -> Target:
    location = target.location
    return replace(target, location=replace(location, options=(*location.options, *options)))


def trusting(target: Target, authority: Authority) -> Target:
    return with_options(target, ("tls", "true"), ("tlsCAFile", str(authority.certificate)), FAST)


def refused(target: Target, code: str = "SW-CONNECT-004") -> str:
    with pytest.raises(UnreachableError) as caught:
        connect(target)
    assert caught.value.code == code
    assert target.location.password.reveal() not in str(caught.value)
    return caught.value.happened


def test_a_server_is_believed_only_by_whoever_knows_its_authority(
    shared_lab: Lab, issued: Issued
) -> None:
    right = issued.known.issue("right", issued.folder, "127.0.0.1")
    with serving_tls(shared_lab, right) as plain:
        with opened(trusting(plain, issued.known)) as client:
            assert fingerprint(client).records == 0
        assert "unable to get local issuer" in refused(trusting(plain, issued.stranger))
        assert "certificate verify failed" in refused(with_options(plain, ("tls", "true"), FAST))
        # Without TLS nothing is sent that a listener could read.
        refused(with_options(plain, FAST), "SW-CONNECT-001")
        elsewhere = replace(plain, location=replace(plain.location, host="localhost"))
        assert "localhost" in refused(trusting(elsewhere, issued.known))
        missing = with_options(plain, ("tls", "true"), ("tlsCAFile", "/no-such-file"))
        with pytest.raises((UsageError, UnreachableError), match="no-such-file"):
            connect(missing)


@pytest.mark.parametrize(
    ("issue", "told"),
    [
        (lambda made: made.known.issue_expired("old", made.folder, "127.0.0.1"), "has expired"),
        pytest.param(
            lambda made: made.known.issue("other", made.folder, "elsewhere.example"),
            "mismatch",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_certificate_that_is_not_for_now_or_not_for_here_is_refused(
    shared_lab: Lab, issued: Issued, issue: Any, told: str
) -> None:
    with serving_tls(shared_lab, issue(issued)) as plain:
        assert told in refused(trusting(plain, issued.known))


@pytest.mark.parametrize(
    "said",
    [
        "SSL handshake failed: db:27017: [Errno 104] Connection reset by peer",
        "db:27017: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)",
    ],
)
def test_a_server_without_tls_is_told_by_what_the_driver_says_of_it(said: str) -> None:
    target = Target("s", Location.parse("mongodb://db:27017/"))
    assert connect_failure(target, "connect", said).code == "SW-CONNECT-004"
