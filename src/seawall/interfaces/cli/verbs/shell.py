"""`seawall shell`: the engine's own client, logged in."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import NoReturn

import click

from seawall.capabilities.shell import ShellCommand
from seawall.interfaces.cli.call import Call
from seawall.interfaces.cli.envelope import Form
from seawall.interfaces.cli.verb import verb
from seawall.operations.shell import shell_command


@dataclass(frozen=True)
class ShellAnswer:
    """What would be run.

    Attributes:
        store: Its name.
        argv: The program and its arguments.
        variables: Names of the variables that carry the login.
    """

    store: str
    argv: tuple[str, ...]
    variables: tuple[str, ...]


@verb(
    "shell",
    answer=ShellAnswer,
    examples=("seawall shell orders", "seawall shell orders -o json"),
)
@click.argument("store")
def command(call: Call, store: str) -> int:
    """Open the engine's own client on a store, logged in.

    psql, redis-cli and their like, with the password in their environment; standard input and
    output are the client's, and so is the exit code. With `-o json` it is only told what would be
    run.
    """
    found = shell_command(call.open_work(), store)
    if call.form is Form.TABLE:
        call.tell(f"{os.path.basename(found.argv[0])} on store {store}")  # noqa: PTH119 - start-up
        sys.stdout.flush()
        # The client takes this process's place: signals and the terminal are its own.
        _become(found)
    call.answer(ShellAnswer(store, found.argv, tuple(name for name, _ in found.variables)))
    return 0


def _become(client: ShellCommand) -> NoReturn:
    os.execve(client.argv[0], client.argv, os.environ | dict(client.variables))  # noqa: S606
