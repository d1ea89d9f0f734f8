"""Where a repository lies, as the file and the environment say."""

from __future__ import annotations

from pathlib import Path

import pytest

from seawall.errors import UsageError
from seawall.model.secret import Secret
from seawall.model.surroundings import AmazonVariables, Surroundings
from seawall.model.tier import ObjectStore, SecretRef
from seawall.operations.place import is_sent_in_the_clear, to_place
from seawall.repository.bucket import Bucket

ID, SECRET = SecretRef("env", "T_ID", "f:1:1"), SecretRef("env", "T_SECRET", "f:1:2")
USUAL = AmazonVariables(
    "usual-1", Secret("usual id"), Secret("usual secret"), Secret("usual token")
)


def place_of(store: ObjectStore, amazon: AmazonVariables = USUAL) -> Bucket:
    place = to_place("s3://shop/x", store, Surroundings("", Path(), Path(), Path(), amazon))
    assert isinstance(place, Bucket)
    return place


def test_the_files_login_is_not_mixed_with_the_environments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("T_ID", "own id")
    monkeypatch.setenv("T_SECRET", "own secret")
    own = place_of(ObjectStore("https://h", "own-1", ID, SECRET))
    assert own.login
    assert (own.login.key_id.reveal(), own.login.secret.reveal()) == ("own id", "own secret")
    assert (own.login.token, own.region) == (None, "own-1")
    usual = place_of(ObjectStore("https://h"))
    assert usual.login
    assert usual.login.token
    assert (usual.login.token.reveal(), usual.region) == ("usual token", "usual-1")
    assert "secret" not in repr(own.login).replace("secret=***", "")


def test_without_any_login_only_amazon_or_a_role_may_know_one() -> None:
    nothing, role = AmazonVariables(), AmazonVariables(has_role=True)
    assert place_of(ObjectStore(), nothing).login is None
    assert place_of(ObjectStore(), nothing).region == "us-east-1"
    assert place_of(ObjectStore("https://h"), role).login is None
    with pytest.raises(UsageError, match=r"no access key for https://h.*SW-REPOSITORY-023"):
        place_of(ObjectStore("https://h"), nothing)


@pytest.mark.parametrize("content", [None, "", "no certificate", "-----BEGIN CERTIFICATE-----\nx"])
def test_a_file_that_holds_no_certificate_is_named(tmp_path: Path, content: str | None) -> None:
    ca = tmp_path / "ca.pem"
    if content is not None:
        ca.write_text(content)
    with pytest.raises(UsageError, match=r"ca.pem.*SW-REPOSITORY-024"):
        place_of(ObjectStore("https://h", ca=ca))


@pytest.mark.parametrize(
    ("endpoint", "is_clear"),
    [
        ("http://127.0.0.1:9000", False),
        ("http://[::1]:9000", False),
        ("http://localhost", False),
        ("https://s3.example.com", False),
        ("", False),
        ("http://10.0.0.7:9000", True),
        ("http://minio:9000", True),
    ],
)
def test_what_leaves_the_machine_without_tls_is_noticed(endpoint: str, is_clear: bool) -> None:
    assert is_sent_in_the_clear(Bucket("s3://shop", endpoint)) is is_clear
