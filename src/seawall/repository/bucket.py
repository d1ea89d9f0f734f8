"""A bucket of an object store, and who asks: what is needed to open a repository there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from seawall.model.secret import Secret

SCHEME: Final = "s3://"


@dataclass(frozen=True)
class Login:
    """An access key of an object store.

    Attributes:
        key_id: Its name.
        secret: What requests are signed with.
        token: Of a session; None for a lasting key.
    """

    key_id: Secret
    secret: Secret
    token: Secret | None = None


@dataclass(frozen=True)
class Bucket:
    """Where a repository lies in an object store.

    Attributes:
        url: `s3://bucket` or `s3://bucket/prefix`.
        endpoint: URL of the service; empty for Amazon's.
        region: As requests are signed for it.
        login: None for the role that the machine itself has.
        certificates: PEM text of authorities that are trusted besides the system's.
    """

    url: str
    endpoint: str = ""
    region: str = "us-east-1"
    login: Login | None = None
    certificates: str = ""

    @property
    def name(self) -> str:
        """The bucket's own name."""
        return urlsplit(self.url).netloc

    @property
    def prefix(self) -> str:
        """The folder of keys within the bucket; empty for the whole bucket."""
        return urlsplit(self.url).path.strip("/")
