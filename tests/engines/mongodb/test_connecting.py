"""A url of several members, and the shell that gets the login without showing it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace

import pytest

from engines.mongodb.lab import Lab, opened
from seawall.capabilities import SHELL
from seawall.engines.mongodb import ENGINE
from seawall.engines.mongodb.client import connect
from seawall.errors import RefusedError, UnreachableError
from seawall.model.location import Location
from seawall.model.secret import Secret
from seawall.model.target import Target

# Nobody listens on the ports of the first two.
NOBODY = (("127.0.0.1", 1), ("127.0.0.1", 2))


def with_members(location: Location, *members: tuple[str, int]) -> Location:
    """The same login, at several members."""
    (host, port), *others = members
    # A direct connection goes to one member only.
    options = tuple(pair for pair in location.options if pair[0] != "directConnection")
    return replace(location, host=host, port=port, others=tuple(others), options=options)


def test_one_member_that_answers_is_enough(lab: Lab) -> None:
    lab.driver.shop.orders.insert_one({"_id": 1})
    location = lab.target.location
    several = with_members(location, *NOBODY, (location.host, location.port))
    with opened(replace(lab.target, location=several)) as client:
        assert client.run("shop", {"count": "orders"})["n"] == 1


def test_where_no_member_answers_each_is_named(lab: Lab) -> None:
    location = with_members(lab.target.location, *NOBODY)
    with pytest.raises(UnreachableError) as caught:
        connect(replace(lab.target, location=location))
    assert caught.value.code == "SW-CONNECT-001"
    assert "127.0.0.1:1, 127.0.0.1:2" in caught.value.attempted


def test_a_machine_without_the_shell_is_told_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    target = Target("profiles", Location.parse("mongodb://localhost/shop"))
    with pytest.raises(RefusedError) as caught:
        ENGINE.standalone(SHELL).command(target)
    assert caught.value.code == "SW-SERVER-012"
    assert "mongosh" in caught.value.hint


def test_the_shell_asks_the_database_of_the_url_and_forgets_the_login(lab: Lab) -> None:
    done = open_shell(lab.target, "print('in', db.getName()); print(Object.keys(process.env))\n")
    assert done.returncode == 0, done.stderr
    assert "in test" in done.stdout
    assert "SEAWALL" not in done.stdout


def test_the_shell_ends_where_the_login_is_refused(lab: Lab) -> None:
    location = lab.target.location.with_login("seawall", Secret("canary"))
    done = open_shell(replace(lab.target, location=location), "print('in')\n")
    assert done.returncode == 1
    assert "authentication failed" in done.stderr.lower()
    assert "canary" not in done.stdout + done.stderr


def open_shell(target: Target, said: str) -> subprocess.CompletedProcess[str]:
    """What mongosh answers to a person's lines."""
    try:
        command = ENGINE.standalone(SHELL).command(target)
    except RefusedError as error:
        pytest.skip(error.happened)
    variables = {name: value for name, value in os.environ.items() if "SEAWALL" not in name}
    return subprocess.run(
        command.argv,
        input=said,
        env=variables | dict(command.variables),
        capture_output=True,
        text=True,
        check=False,
    )
