"""`programs`: found on this machine, of a version the row answers for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seawall.capabilities import PROGRAMS
from seawall.capability import Engine
from seawall.errors import RefusedError, UsageError
from seawall.servers.programs import find_programs, server_program
from servers.real import surroundings

COLUMN = PROGRAMS


def test_the_programs_are_found_with_their_version(engine: Engine[Any]) -> None:
    specs = engine.standalone(PROGRAMS).specs()
    programs = find_programs(engine, surroundings())
    assert server_program(specs, programs)
    assert programs.version[0].isdigit()


def test_a_provider_without_them_says_how_to_get_them(engine: Engine[Any], tmp_path: Path) -> None:
    specs = engine.standalone(PROGRAMS).specs()
    elsewhere = replace(surroundings(), provider=str(tmp_path))
    with pytest.raises(RefusedError) as caught:
        find_programs(engine, elsewhere)
    assert caught.value.code == "SW-SERVER-001"
    assert specs[0].server in caught.value.hint


def test_a_provider_that_is_nothing_is_a_mistake(engine: Engine[Any]) -> None:
    nowhere = replace(surroundings(), provider="/nowhere/at/all")
    with pytest.raises(UsageError) as caught:
        find_programs(engine, nowhere)
    assert caught.value.code == "SW-SERVER-002"
