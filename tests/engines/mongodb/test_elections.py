"""A primary that steps down in mid-backup: told by name, and the next one is whole.

The server answers as MongoDB's specification of server discovery and monitoring has it ("not
writable primary" and "node is recovering" errors): it is told to by `failCommand`, MongoDB's own
means to test drivers. No real replica set has elected here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import pytest
from pymongo import MongoClient

from engines.mongodb.lab import METHODS, Act, Lab, nothing, opened, serving
from seawall.engines.mongodb.client import connect
from seawall.errors import UnreachableError
from seawall.model.target import Target

NOT_WRITABLE_PRIMARY = 10107
PRIMARY_STEPPED_DOWN = 189
INTERRUPTED_BY_STATE_CHANGE = 11602
RECORDS = 300
CODE = "SW-MONGODB-015"
# The driver waits for another primary for as long as it may, 10 seconds.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def failing(shared_lab: Lab) -> Iterator[Target]:
    """A server that fails commands when it is told to, with a few documents."""
    with serving(shared_lab, "failing", _answers, "--enable-test-commands") as target:
        with MongoClient[Any](target.location.url()) as driver:
            driver.shop.orders.insert_many([{"_id": n} for n in range(RECORDS)])
        yield target


def _answers(target: Target) -> bool:
    with suppress(UnreachableError), opened(target):
        return True
    return False


@contextmanager
def stepping_down(target: Target, command: str, code: int) -> Iterator[None]:
    """Every such command is answered with an error of a member that is no primary any more."""
    with MongoClient[Any](target.location.url()) as driver:
        data = {"failCommands": [command], "errorCode": code}
        driver.admin.command("configureFailPoint", "failCommand", mode="alwaysOn", data=data)
        try:
            yield
        finally:
            driver.admin.command("configureFailPoint", "failCommand", mode="off")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("listCollections", NOT_WRITABLE_PRIMARY),
        ("find", INTERRUPTED_BY_STATE_CHANGE),
    ],
)
def test_a_backup_ends_and_the_next_one_is_whole(
    shared_lab: Lab, failing: Target, method: str, command: str, code: int
) -> None:
    with stepping_down(failing, command, code), pytest.raises(UnreachableError) as caught:
        back_up(shared_lab, method, failing)
    assert caught.value.code == CODE
    assert failing.location.password.reveal() not in str(caught.value)
    back_up(shared_lab, method, failing)


@pytest.mark.parametrize("method", METHODS)
def test_a_primary_that_steps_down_at_the_cut_is_told(
    shared_lab: Lab, failing: Target, method: str
) -> None:
    stepping = stepping_down(failing, "find", PRIMARY_STEPPED_DOWN)
    with ExitStack() as stack, pytest.raises(UnreachableError) as caught:
        back_up(shared_lab, method, failing, lambda: stack.enter_context(stepping))
    assert caught.value.code == CODE


def test_a_set_without_a_primary_is_named(failing: Target) -> None:
    with stepping_down(failing, "buildInfo", NOT_WRITABLE_PRIMARY):
        with pytest.raises(UnreachableError) as caught:
            connect(failing)
        assert caught.value.code == CODE


def back_up(lab: Lab, method: str, target: Target, after_base: Act = nothing) -> None:
    """A backup of every record."""
    with lab.back_up(method, target, after_base=after_base) as taken:
        assert taken.at_point.records == RECORDS
