"""A secret is read when it is asked for; an error names the reference and its place, no value."""

from __future__ import annotations

from pathlib import Path

import pytest

from seawall.datafile import resolve
from seawall.errors import UsageError
from seawall.model.secret import Secret
from seawall.model.tier import SecretRef
from unit.datafile.marked import read

CANARY = "hunter2"
WHERE = "seawall.yaml:11:13"


def test_a_variable_is_read_when_the_secret_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SEAWALL_TEST_URL", raising=False)
    ref = read(tmp_path, "stores: {db: {engine: redis, url: env://SEAWALL_TEST_URL}}").stores[0].url
    assert ref is not None
    monkeypatch.setenv("SEAWALL_TEST_URL", CANARY)
    assert resolve(ref) == Secret(CANARY)


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"hunter2", "hunter2"),
        (b"hunter2\n", "hunter2"),
        (b"hunter2\r\n", "hunter2"),
        (b"hunter2\n\n", "hunter2\n"),
        (b" hunter2 \n", " hunter2 "),
        ("gehör".encode(), "gehör"),
    ],
)
def test_a_file_is_read_without_its_last_line_break(
    tmp_path: Path, content: bytes, value: str
) -> None:
    (tmp_path / "secret").write_bytes(content)
    assert resolve(SecretRef("file", f"{tmp_path}/secret", WHERE)).reveal() == value


@pytest.mark.parametrize(
    ("code", "scheme", "path"),
    [
        ("SW-SECRET-001", "env", "SEAWALL_TEST_UNSET"),
        ("SW-SECRET-002", "file", "{}/missing"),
        ("SW-SECRET-002", "file", "{}"),
        ("SW-SECRET-002", "file", "{}/binary"),
        ("SW-SECRET-002", "file", "{}/large"),
        ("SW-SECRET-002", "file", "{}/a\0b"),
        ("SW-SECRET-003", "env", "SEAWALL_TEST_EMPTY"),
        ("SW-SECRET-003", "file", "{}/empty"),
        ("SW-SECRET-004", "vault", "kv/path#key"),
    ],
)
def test_a_secret_that_cannot_be_read_is_named_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, scheme: str, path: str
) -> None:
    monkeypatch.delenv("SEAWALL_TEST_UNSET", raising=False)
    monkeypatch.setenv("SEAWALL_TEST_EMPTY", "")
    (tmp_path / "empty").write_bytes(b" \n")
    (tmp_path / "binary").write_bytes(b"hunter2\xff")
    (tmp_path / "large").write_bytes(b"hunter2" * 200_000)
    ref = SecretRef(scheme, path.format(tmp_path), WHERE)
    with pytest.raises(UsageError) as caught:
        resolve(ref)
    assert caught.value.code == code
    assert f"{ref} ({WHERE})" in str(caught.value)
    assert CANARY not in str(caught.value)
    assert caught.value.__cause__ is None
