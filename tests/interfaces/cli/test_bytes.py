"""Verbs that read or write much say how much, also where no terminal is."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner, Result

from interfaces.cli.command import Command
from seawall.interfaces.cli import progress
from seawall.interfaces.cli.app import GROUP


def test_each_verb_over_the_repository_tells_its_bytes(
    seawall: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Every advance is a line: nobody waits ten seconds for one.
    monkeypatch.setattr(progress, "BYTES_EVERY_SECONDS", 0.0)
    file = seawall.folder / "seawall.yaml"
    file.write_text("app: shop\nstores: {live: {engine: valkey}}\n")

    def run(*words: str) -> Result:
        runner = CliRunner(env=seawall.environ)
        return runner.invoke(GROUP, [*words, "-f", str(file)], standalone_mode=False)

    assert run("up").return_value == 0
    for words, acts in (
        (["backup"], ("storing live", "reading back live")),
        (["verify"], ("reading",)),
        (["drill"], ("checking live", "reading live")),
        (["restore", "--confirm", "live"], ("reading live",)),
    ):
        done = run(*words)
        assert done.return_value == 0, done.output
        for act in acts:
            assert re.search(
                rf"^seawall: (.*, )?{act} [\d.,]+ (bytes|KiB)", done.stderr, re.MULTILINE
            ), act
