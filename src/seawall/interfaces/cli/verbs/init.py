"""`seawall init`: the first file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from seawall.datafile import FILE_NAME
from seawall.interfaces.cli.call import Call
from seawall.interfaces.cli.verb import verb
from seawall.operations.init import begin_tier


@dataclass(frozen=True)
class InitAnswer:
    """What was made.

    Attributes:
        app: The application's name.
        file: The tier's file.
        files: Every file that was written.
        key: Where the identity is that opens the backups.
        recipient: Its public half, for whom backups are encrypted.
    """

    app: str
    file: str
    files: tuple[str, ...]
    key: str
    recipient: str


@verb("init", answer=InitAnswer, examples=("seawall init", "seawall init flights"))
@click.argument("example", default="")
def command(call: Call, example: str) -> int:
    """Write a seawall.yaml and make the key of its backups.

    Writes into this folder, or to the path after -f, and overwrites nothing. EXAMPLE is the name
    of an application that comes with Seawall; without one the file is a small start.
    """
    path = (call.file or Path(FILE_NAME)).absolute()
    call.tell(f"writing {path}")
    made = begin_tier(path, example, call.surroundings)
    answer = InitAnswer(
        app=made.tier.app,
        file=str(path),
        files=tuple(map(str, made.files)),
        key=str(made.key),
        recipient=made.recipient,
    )
    call.answer(
        answer,
        "\n".join(f"wrote {file}" for file in answer.files),
        f"The key of its backups is {answer.key}\n"
        "Copy it to another place now: without it no backup can be opened, and nobody can make it"
        " again.",
        "Next: seawall up",
    )
    return 0
