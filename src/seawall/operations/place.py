"""Where a repository of the file lies, with the login that opens it."""

from __future__ import annotations

import ipaddress
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from seawall.datafile.secrets import resolve
from seawall.errors import UsageError
from seawall.model.surroundings import Surroundings
from seawall.model.tier import ObjectStore
from seawall.repository.bucket import SCHEME, Bucket, Login
from seawall.repository.objects import Place

_DEFAULT_REGION = "us-east-1"


def to_place(url: str, store: ObjectStore, surroundings: Surroundings) -> Place:
    """The place of a url, its secrets read.

    Raises:
        UsageError: SW-SECRET-001 to -004 for a reference that cannot be read; SW-REPOSITORY-023
            when no login is named anywhere; SW-REPOSITORY-024 for a bad file of certificates.
    """
    if not url.startswith(SCHEME):
        return url
    return Bucket(
        url=url,
        endpoint=store.endpoint,
        region=store.region or surroundings.amazon.region or _DEFAULT_REGION,
        login=_login(url, store, surroundings),
        certificates=_read_certificates(store.ca) if store.ca else "",
    )


def is_sent_in_the_clear(place: Place) -> bool:
    """Whether requests leave this machine without TLS."""
    if not isinstance(place, Bucket) or not place.endpoint.startswith("http://"):
        return False
    host = urlsplit(place.endpoint).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"


def _login(url: str, store: ObjectStore, surroundings: Surroundings) -> Login | None:
    if store.access_key_id and store.secret_access_key:
        token = store.session_token
        return Login(
            resolve(store.access_key_id),
            resolve(store.secret_access_key),
            resolve(token) if token else None,
        )
    amazon = surroundings.amazon
    if amazon.key_id and amazon.secret:
        return Login(amazon.key_id, amazon.secret, amazon.token)
    if store.endpoint and not amazon.has_role:
        raise UsageError(
            "SW-REPOSITORY-023",
            attempted=f"open the repository {url}",
            happened=f"no access key for {store.endpoint} is named.",
            hint="Name `access_key_id` and `secret_access_key` in the file as references, or"
            " export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
        )
    return None


def _read_certificates(path: Path) -> str:
    try:
        text = path.read_text(encoding="ascii")
        ssl.create_default_context(cadata=text or "none")
    except (OSError, ValueError) as error:  # a certificate that is none is both
        is_missing = isinstance(error, OSError) and not isinstance(error, ssl.SSLError)
        reason = error.strerror if is_missing and isinstance(error, OSError) else None
        raise UsageError(
            "SW-REPOSITORY-024",
            attempted=f"read the certificates {path}",
            happened=f"{(reason or 'it holds no certificate in PEM form').lower()}.",
            hint="Name a PEM file as `repository.ca`: it begins with BEGIN CERTIFICATE.",
        ) from None
    return text
