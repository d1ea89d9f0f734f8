"""What an object store answers when it refuses, as errors that name the cause and the remedy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from seawall.errors import FindingsError, RefusedError, SeawallError, UnreachableError
from seawall.repository.bucket import Bucket
from seawall.repository.failures import RepositoryFullError

# obstore raises texts alone: these are the parts of them that programs can rely on.
_CODE = re.compile(r"<Code>(\w+)</Code>")
_STATUS = re.compile(r"status code: (\d{3})")
_RETRIED = re.compile(r"after \d+ retries")
_SERVER_FAULT: Final = 500
_ANY_CONNECTION: Final = "HTTP error"


@dataclass(frozen=True)
class _Cause:
    """One cause: how the service names it, and what to tell.

    Attributes:
        words: Error codes of S3, or parts of the library's text.
        code: Of the error.
        happened: `{endpoint}`, `{bucket}`, `{action}`, `{region}` are put in.
        hint: The same.
    """

    words: tuple[str, ...]
    code: str
    happened: str
    hint: str


_TRUST: Final = (
    "UnknownIssuer",
    "InvalidCertificate",
    "CaUsedAsEndEntity",
    "invalid peer certificate",
)
_NAMED_BY_SERVICE: Final = (
    _Cause(
        ("InvalidAccessKeyId", "InvalidClientTokenId"),
        "SW-REPOSITORY-014",
        "{endpoint} knows no access key of this id.",
        "Check what `access_key_id` refers to, and that the key belongs to this service.",
    ),
    _Cause(
        ("SignatureDoesNotMatch",),
        "SW-REPOSITORY-014",
        "{endpoint} refuses the signature: the secret does not belong to the access key.",
        "Check what `secret_access_key` refers to; a copied blank or line end counts.",
    ),
    _Cause(
        ("ExpiredToken", "InvalidToken", "TokenRefreshRequired"),
        "SW-REPOSITORY-014",
        "{endpoint} refuses the session token: it has expired or belongs to another key.",
        "Renew the session; for backups by schedule use a lasting key or the machine's role.",
    ),
    _Cause(
        ("NoSuchBucket",),
        "SW-REPOSITORY-015",
        "{endpoint} has no bucket {bucket}.",
        "Make the bucket, or mend `repository.url`; Seawall never makes one.",
    ),
    _Cause(
        ("RequestTimeTooSkewed", "RequestExpired"),
        "SW-REPOSITORY-017",
        "this machine's clock is too far from that of {endpoint}.",
        "Set the clock, best by NTP (`timedatectl set-ntp true`).",
    ),
    _Cause(
        ("PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraint"),
        "SW-REPOSITORY-018",
        "the bucket {bucket} is not in region {region}.",
        "Name the bucket's region as `repository.region`.",
    ),
    _Cause(
        ("AccessDenied", "AllAccessDisabled", "AccountProblem", "Forbidden"),
        "SW-REPOSITORY-016",
        "the login may not {action} in the bucket {bucket}.",
        "Grant s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject, s3:DeleteObject and"
        " s3:AbortMultipartUpload on its objects.",
    ),
)
_NAMED_BY_LIBRARY: Final = (
    _Cause(
        ("redirect without LOCATION",),
        "SW-REPOSITORY-018",
        "the bucket {bucket} is not in region {region}.",
        "Name the bucket's region as `repository.region`.",
    ),
    _Cause(
        _TRUST,
        "SW-REPOSITORY-019",
        "the certificate of {endpoint} is not trusted here, or is for another host.",
        "Name the authority's certificate (PEM) as `repository.ca`, or mend the endpoint's host.",
    ),
    _Cause(
        ("InvalidContentType", "WRONG_VERSION_NUMBER", "CorruptMessage"),
        "SW-REPOSITORY-001",
        "{endpoint} does not speak TLS.",
        "Write http:// in `repository.endpoint` if the service has no TLS, or mend the port.",
    ),
    _Cause(
        ("dns error",),
        "SW-REPOSITORY-001",
        "the host of {endpoint} is not known here.",
        "Check `repository.endpoint` and this machine's name service.",
    ),
    _Cause(
        ("Connection refused",),
        "SW-REPOSITORY-001",
        "nothing listens at {endpoint}.",
        "Check `repository.endpoint`, and that the service runs.",
    ),
    _Cause(
        ("169.254.169.254", "metadata", "credential"),
        "SW-REPOSITORY-014",
        "no access key is named, and this machine has no role.",
        "Name `access_key_id` and `secret_access_key` in the file, or export AWS_ACCESS_KEY_ID and"
        " AWS_SECRET_ACCESS_KEY.",
    ),
    _Cause(
        ("Error parsing", "InvalidListResponse", "Error getting list response body"),
        "SW-REPOSITORY-020",
        "{endpoint} does not answer as S3 does.",
        "Check `repository.endpoint`: it is the S3 port of the service, not its web page.",
    ),
    _Cause(
        (_ANY_CONNECTION, "error decoding response body", "operation timed out"),
        "SW-REPOSITORY-001",
        "the connection to {endpoint} failed or took too long, again and again.",
        "Check the network between here and there, then run it again: no backup was lost.",
    ),
)
_FULL: Final = ("QuotaExceeded", "InsufficientStorage", "StorageFull", "XMinioStorageFull")


def named(bucket: Bucket, action: str, attempted: str, error: Exception) -> SeawallError:
    """The error of a call that failed, by what the service or the library says.

    Args:
        bucket: Where.
        action: The right that the call takes, such as `s3:PutObject`.
        attempted: Before the repository's url.
        error: The library's.
    """
    text = str(error)
    found, status = _CODE.search(text), _STATUS.search(text)
    code, number = (found[1] if found else ""), int(status[1] if status else 0)
    act = f"{attempted} {bucket.url}"
    if code == "PreconditionFailed" or "PreconditionError" in type(error).__name__:
        return _changed(act)
    if any(word in code for word in _FULL) or number == 507:  # noqa: PLR2004 - its HTTP status
        return _full(act, bucket)
    if code == "NotImplemented" and action == "s3:PutObject":
        return unconditional(bucket.url)
    cause = _find(code, text, number)
    if cause is None:
        return _faulty(act, bucket, code, number)
    place = {
        "endpoint": bucket.endpoint or "Amazon S3",
        "bucket": bucket.name,
        "region": bucket.region,
        "action": action,
    }
    return UnreachableError(
        cause.code,
        attempted=act,
        happened=cause.happened.format_map(place),
        hint=cause.hint.format_map(place),
    )


def unconditional(url: str) -> RefusedError:
    """The error of a service where two writers would overwrite each other's backups."""
    return RefusedError(
        "SW-REPOSITORY-021",
        attempted=f"write to {url}",
        happened="the service ignores the condition of a put (If-None-Match: *), so two writers"
        " could overwrite each other's backups. It was tried with a key of its own.",
        hint="Use a service that has conditional puts (Amazon S3, MinIO, SeaweedFS, Ceph,"
        " Cloudflare R2), or update this one; nothing was stored.",
    )


def is_no_object(error: Exception) -> bool:
    """Whether only the object is missing: some services tell so of a missing bucket."""
    return "NoSuchBucket" not in str(error)


def is_no_range(error: Exception) -> bool:
    """Whether the object has no such bytes: an empty one has none."""
    return "InvalidRange" in str(error) or "status code: 416" in str(error)


def is_broken_connection(error: Exception) -> bool:
    """Whether a connection broke in the middle of something that was not repeated yet."""
    text = str(error)
    if _STATUS.search(text) or _RETRIED.search(text) or any(word in text for word in _TRUST):
        return False
    return _ANY_CONNECTION in text or "error decoding response body" in text


def _find(code: str, text: str, status: int) -> _Cause | None:
    if status:
        by_code = (each for each in _NAMED_BY_SERVICE if code in each.words)
        denied = _NAMED_BY_SERVICE[-1] if status in {401, 403} else None
        return next(by_code, denied)
    return next((each for each in _NAMED_BY_LIBRARY if any(w in text for w in each.words)), None)


def _faulty(act: str, bucket: Bucket, code: str, status: int) -> UnreachableError:
    endpoint = bucket.endpoint or "Amazon S3"
    if status >= _SERVER_FAULT:
        answer = f"{status} {code}".strip()
        return UnreachableError(
            "SW-REPOSITORY-022",
            attempted=act,
            happened=f"{endpoint} answered {answer} to every one of several tries.",
            hint="The service fails or is too busy: look at it, then run this again.",
        )
    answer = f"{code or 'with no code of S3'} ({status})" if status else "what is not understood"
    return UnreachableError(
        "SW-REPOSITORY-020",
        attempted=act,
        happened=f"{endpoint} does not answer as S3 does: {answer}.",
        hint="Check `repository.endpoint`: it is the S3 port of the service, not its web page.",
    )


def _changed(act: str) -> FindingsError:
    return FindingsError(
        "SW-REPOSITORY-006",
        attempted=act,
        happened="the object was replaced while it was being read.",
        hint="Somebody else writes to the bucket: find out who, and run `seawall verify`.",
    )


def _full(act: str, bucket: Bucket) -> RepositoryFullError:
    return RepositoryFullError(
        "SW-REPOSITORY-003",
        attempted=act,
        happened=f"{bucket.endpoint or 'Amazon S3'} has no room left for the bucket.",
        hint="Make room there or raise the quota, then run it again: no backup was lost.",
    )
