"""`seawall env`: the stores' URLs as an application takes them."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

import click

from seawall.interfaces.cli.call import Call
from seawall.interfaces.cli.verb import verb
from seawall.operations.shell import environment


@dataclass(frozen=True)
class EnvAnswer:
    """What an application needs to find its stores.

    Attributes:
        variables: Name to URL, with its password.
    """

    variables: dict[str, str]


@verb("env", answer=EnvAnswer, examples=('eval "$(seawall env)"', "seawall env orders -o json"))
@click.argument("stores", nargs=-1)
def command(call: Call, stores: tuple[str, ...]) -> int:
    """Print the stores' URLs as variables of a shell.

    One `export NAME_URL=...` a store, with its password: for `eval`, or for a file that an
    application reads. Only this verb, `url` and `shell` hand out a password.
    """
    found = environment(call.open_work(), stores)
    variables = {name: url.reveal() for name, url in found.items()}
    lines = [f"export {name}={shlex.quote(url)}" for name, url in variables.items()]
    call.answer(EnvAnswer(variables), "\n".join(lines))
    return 0
