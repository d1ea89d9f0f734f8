"""`seawall engines install`: bring an engine's programs here."""

from __future__ import annotations

from dataclasses import dataclass

import click

from seawall.interfaces.cli.call import Call
from seawall.interfaces.cli.table import Table
from seawall.interfaces.cli.verb import verb
from seawall.operations.install import InstalledPrograms, install_by_system, install_programs


@dataclass(frozen=True)
class EnginesInstallAnswer:
    """What is here now.

    Attributes:
        engines: In the order in which they were named.
    """

    engines: tuple[InstalledPrograms, ...]


@verb(
    "engines install",
    answer=EnginesInstallAnswer,
    examples=(
        "seawall engines install redis",
        "seawall engines install postgres@16",
        "seawall engines install redis --system",
    ),
)
@click.argument("engines", nargs=-1, required=True)
@click.option("--system", is_flag=True, help="Install the system's packages, as root.")
def command(call: Call, engines: tuple[str, ...], system: bool) -> int:
    """Fetch an engine's programs into your own folder.

    Python packages, Maven archives, Go modules and Debian packages are fetched by their own tools
    and unpacked below the cache folder: nothing of the system changes and no service starts. What
    is here already is not fetched again; `seawall engines` shows it. An engine's major version may
    follow its name. Needs no file.
    """
    install = install_by_system if system else install_programs
    with call.progress() as progress:
        found = install(engines, call.surroundings, progress)
    rows = [
        (each.engine, each.version, each.provider, each.folder, "" if each.was_here else "fetched")
        for each in found
    ]
    table = Table(("engine", "version", "from", "folder", ""), rows)
    call.answer(EnginesInstallAnswer(tuple(found)), table)
    return 0
