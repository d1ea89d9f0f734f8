"""The recipe opens every piece without Seawall."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from seawall.repository import recipe, s3
from seawall.repository.bucket import Bucket
from seawall.repository.objects import create_objects, open_objects
from seawall.repository.recipe import recipe_lines
from unit.repository.conftest import Key
from unit.repository.drafts import SHOP, Contents, back_up


@pytest.mark.parametrize("is_encrypted", [True, False])
def test_running_the_recipe_gives_every_piece(tmp_path: Path, key: Key, is_encrypted: bool) -> None:
    for program in ("zstd", *(["age"] if is_encrypted else [])):
        if not shutil.which(program):
            pytest.skip(f"{program} is not on this machine")
    folder, work = tmp_path / "the shop's 'repository'", tmp_path / "work"
    work.mkdir()
    recipients = (key.recipient,) if is_encrypted else ()
    manifest = back_up(create_objects(str(folder)), "b-1", SHOP, recipients)
    lines = recipe_lines(manifest, str(folder), {"orders": "echo then > then\n"}, {})
    text = "\n".join(lines).replace("path/of/the/age/identity", str(key.path))
    subprocess.run(["bash", "-c", text], cwd=work, check=True)  # noqa: S607
    require_contents(work, SHOP)
    assert (work / "orders" / "then").read_text() == "then\n"


@pytest.mark.parametrize("kind", ["seaweedfs"], indirect=True)
def test_a_bucket_is_opened_by_amazons_command_line(
    tmp_path: Path, bucket: Bucket, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    for program in ("age", "zstd"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not on this machine")
    # The largest piece goes on in two sequels.
    for module in (s3, recipe):
        monkeypatch.setattr(module, "SEGMENT_BYTES", s3.PART_BYTES)
    contents = {"orders": {"base.tar": random.Random(1).randbytes(20 * 2**20)}}
    manifest = back_up(open_objects(bucket), "b-1", contents, (key.recipient,))
    text = "\n".join(recipe_lines(manifest, bucket, {}, {}))
    assert bucket.login
    assert bucket.login.secret.reveal() not in text
    (tmp_path / "work").mkdir()
    subprocess.run(
        ["bash", "-c", text.replace("path/of/the/age/identity", str(key.path))],  # noqa: S607
        cwd=tmp_path / "work",
        check=True,
        env={
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "AWS_ACCESS_KEY_ID": bucket.login.key_id.reveal(),
            "AWS_SECRET_ACCESS_KEY": bucket.login.secret.reveal(),
        },
    )
    require_contents(tmp_path / "work", contents)


def require_contents(work: Path, contents: Contents) -> None:
    """Every piece is there as it was backed up."""
    for store, pieces in contents.items():
        for name, content in pieces.items():
            assert (work / store / name).read_bytes() == content
