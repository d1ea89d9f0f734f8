"""`shell`: the engine's own client, logged in without a secret among its arguments."""

from __future__ import annotations

import os
import subprocess
from typing import Any

import pytest

from seawall.capabilities import SHELL
from seawall.capability import Engine
from seawall.errors import RefusedError
from seawall.model.target import Target

COLUMN = SHELL


def test_the_client_lets_a_person_in_and_shows_no_secret(
    engine: Engine[Any], target: Target
) -> None:
    try:
        command = engine.standalone(SHELL).command(target)
    except RefusedError as error:
        if error.code != "SW-SERVER-012":
            raise
        pytest.skip(error.happened)
    assert target.location.password.reveal() not in " ".join(command.argv)
    done = subprocess.run(
        command.argv,
        input="",
        env=os.environ | dict(command.variables),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "denied" not in done.stdout + done.stderr
    assert "NOAUTH" not in done.stdout + done.stderr
