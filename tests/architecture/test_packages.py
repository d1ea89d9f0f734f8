"""What a user's installer is asked for is what the tests ran on."""

from __future__ import annotations

import tomllib
from importlib.metadata import version
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
WANTED = sorted(
    {
        *PROJECT["dependencies"],
        *(each for extra in PROJECT["optional-dependencies"].values() for each in extra),
    }
)


def test_each_requirement_is_met_by_the_version_that_is_locked() -> None:
    unmet = {
        text: version(wanted.name)
        for text in WANTED
        if (wanted := Requirement(text)).name != PROJECT["name"]
        and not wanted.specifier.contains(version(wanted.name), prereleases=True)
    }
    assert unmet == {}
