"""obstore's client of one bucket: bounded retries with jitter, and a bound on every wait."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from obstore.exceptions import BaseError
from obstore.store import S3Store

from seawall.repository.bucket import Bucket, Login
from seawall.repository.s3_failures import is_broken_connection

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Credential

# With full jitter these are about 25 s of waiting in all: a service that restarts comes back.
MAX_RETRIES: Final = 8
RETRY: RetryConfig = {
    "max_retries": MAX_RETRIES,
    "retry_timeout": timedelta(seconds=120),
    "backoff": {
        "init_backoff": timedelta(milliseconds=200),
        "max_backoff": timedelta(seconds=10),
        "base": 2,
    },
}
_CONNECT_SECONDS: Final = 5
_BROKEN_CONNECTIONS: Final = 4
# A part of 5 MiB passes in this time at 45 kB/s; nothing larger is sent or asked for at once.
_REQUEST_SECONDS: Final = 120


T = TypeVar("T")


def open_store(bucket: Bucket) -> S3Store:
    """A client; nothing is sent yet.

    What the bucket says wins over variables that the library would read by itself.
    """
    config: dict[str, Any] = {
        "region": bucket.region,
        # One request for each object: not every service has the other kind.
        "disable_bulk_delete": True,
        # Amazon wants the bucket in the host's name, where no certificate forbids it.
        "virtual_hosted_style_request": not bucket.endpoint and "." not in bucket.name,
    }
    if not bucket.endpoint:
        # Buckets with object lock take nothing without it; other services refuse to know it.
        config["checksum_algorithm"] = "sha256"
    else:
        config |= {"endpoint": bucket.endpoint, "aws_endpoint_url_s3": bucket.endpoint}
    login = bucket.login
    return S3Store(
        bucket.name,
        prefix=bucket.prefix or None,
        client_options=_client_options(bucket),
        retry_config=RETRY,
        credential_provider=(lambda: _credential(login)) if login else None,
        config=config,  # type: ignore[arg-type]
    )


def _client_options(bucket: Bucket) -> ClientConfig:
    options: ClientConfig = {
        "allow_http": bucket.endpoint.startswith("http://"),
        "connect_timeout": timedelta(seconds=_CONNECT_SECONDS),
        "timeout": timedelta(seconds=_REQUEST_SECONDS),
    }
    if bucket.certificates:
        options["root_certificate"] = bucket.certificates
    return options


def _credential(login: Login) -> S3Credential:
    return {
        "access_key_id": login.key_id.reveal(),
        "secret_access_key": login.secret.reveal(),
        "token": login.token.reveal() if login.token else None,
        "expires_at": None,
    }


def repeat_broken(act: Callable[[], T]) -> T:
    """Do something again while its connection breaks: the library repeats only some of it.

    A put on a condition is not repeated by it, nor a body that ends too early.
    """
    for attempt in range(_BROKEN_CONNECTIONS):
        try:
            return act()
        except BaseError as error:
            if not is_broken_connection(error):
                raise
            time.sleep(random.uniform(0, 0.2 * 2**attempt))  # noqa: S311 - jitter
    return act()
