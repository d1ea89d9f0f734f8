"""`seawall engines`: what can run here."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.interfaces.cli.call import Call
from seawall.interfaces.cli.table import Table
from seawall.interfaces.cli.verb import verb
from seawall.operations.status import EngineState, list_engines


@dataclass(frozen=True)
class EnginesAnswer:
    """The matrix on this machine.

    Attributes:
        engines: One row each.
    """

    engines: tuple[EngineState, ...]


@verb("engines", answer=EnginesAnswer, examples=("seawall engines", "seawall engines -o json"))
def command(call: Call) -> int:
    """Show what this machine can run, and how to get the rest.

    Needs no file. SEAWALL_PROVIDER=wheel, system or a folder decides where programs come from.
    """
    engines = list_engines(call.surroundings)
    rows = [
        (
            each.name,
            each.server_versions,
            each.tested_on,
            "yes" if each.runnable else "no",
            f"{each.version} from {each.provider}" if each.runnable else each.install,
        )
        for each in engines
    ]
    table = Table(("engine", "versions", "tested on", "runs here", "programs"), rows)
    call.answer(EnginesAnswer(tuple(engines)), table)
    return 0
