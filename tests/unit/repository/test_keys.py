"""Keys: made once, never replaced, and known to be the right ones before a backup is made."""

from __future__ import annotations

import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from seawall.errors import RefusedError, UsageError
from seawall.model.secret import Secret
from seawall.repository import keys
from unit.repository.conftest import Key


def test_a_new_key_is_for_its_owner_only_and_so_is_its_new_folder(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "shop"
    keys.create_identity(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert not keys.is_open_to_others(path)


def test_a_key_is_never_replaced(key: Key) -> None:
    before = key.path.read_text()
    with pytest.raises(RefusedError, match="SW-KEY-004"):
        keys.create_identity(key.path)
    assert key.path.read_text() == before


def test_a_key_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises((UsageError, RefusedError), match=r"SW-KEY-00[46]"):
        keys.create_identity(tmp_path / "file" / "shop")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_that_others_may_use_is_noticed(key: Key, mode: int) -> None:
    key.path.chmod(mode)
    assert keys.is_open_to_others(key.path)


def test_a_key_file_is_what_age_keygen_reads(key: Key) -> None:
    if not shutil.which("age-keygen"):
        pytest.skip("age-keygen is not on this machine")
    ended = subprocess.run(
        ["age-keygen", "-y", str(key.path)],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
    )
    assert ended.stdout.strip() == key.recipient


def test_a_key_file_of_several_identities_keeps_them_all(key: Key, other_key: Key) -> None:
    text = f"# rotated\n{key.identity}\n\n{other_key.identity}\n"
    identity = keys.read_identity(text, "shop.key")
    assert keys.recipient_of(identity) == key.recipient
    keys.check_keys((other_key.recipient,), identity)


@pytest.mark.parametrize("text", ["", "# nothing\n", "age1xyz", "AGE-SECRET-KEY-1SHORT", "\0"])
def test_a_text_without_an_identity_is_named_and_not_shown(text: str) -> None:
    with pytest.raises(UsageError, match=r"shop\.key.*SW-KEY-002") as caught:
        keys.read_identity(text, "shop.key")
    assert "SHORT" not in str(caught.value)


def test_an_identity_that_opens_one_recipient_is_enough(key: Key, other_key: Key) -> None:
    keys.check_keys((other_key.recipient, key.recipient), Secret(key.identity))


def test_an_identity_that_opens_nothing_is_noticed_before_the_backup(
    key: Key, other_key: Key
) -> None:
    for recipients in ((other_key.recipient,), ()):
        with pytest.raises(RefusedError, match="SW-KEY-001") as caught:
            keys.check_keys(recipients, Secret(key.identity))
        assert "SECRET" not in str(caught.value)


def test_a_mistyped_recipient_is_noticed_before_the_backup(key: Key) -> None:
    mistyped = key.recipient[:-1] + ("q" if key.recipient[-1] != "q" else "p")
    with pytest.raises(UsageError, match="SW-KEY-003"):
        keys.check_keys((key.recipient, mistyped), Secret(key.identity))


def test_a_secret_pasted_as_a_recipient_is_never_shown(key: Key) -> None:
    with pytest.raises(UsageError, match="SW-KEY-003") as caught:
        keys.check_recipients((key.identity.lower(),))
    assert key.identity.lower()[20:40] not in str(caught.value)
    assert key.identity.lower()[20:40] not in repr(caught.value.__context__)
