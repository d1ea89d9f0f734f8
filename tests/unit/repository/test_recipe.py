"""The recipe opens every piece without Seawall."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from seawall.repository.objects import create_objects
from seawall.repository.recipe import recipe_lines
from unit.repository.conftest import Key
from unit.repository.drafts import SHOP, back_up


@pytest.mark.parametrize("is_encrypted", [True, False])
def test_running_the_recipe_gives_every_piece(tmp_path: Path, key: Key, is_encrypted: bool) -> None:
    for program in ("zstd", *(["age"] if is_encrypted else [])):
        if not shutil.which(program):
            pytest.skip(f"{program} is not on this machine")
    folder, work = tmp_path / "the shop's 'repository'", tmp_path / "work"
    work.mkdir()
    recipients = (key.recipient,) if is_encrypted else ()
    manifest = back_up(create_objects(str(folder)), "b-1", SHOP, recipients)
    lines = recipe_lines(manifest, str(folder), {"orders": "echo then > then\n"})
    text = "\n".join(lines).replace("path/of/the/age/identity", str(key.path))
    subprocess.run(["bash", "-c", text], cwd=work, check=True)  # noqa: S607
    for store, pieces in SHOP.items():
        for name, content in pieces.items():
            assert (work / store / name).read_bytes() == content
    assert (work / "orders" / "then").read_text() == "then\n"
