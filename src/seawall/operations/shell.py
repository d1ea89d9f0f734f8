"""`shell` and `env`: a store's login for the engine's own client, and for applications."""

from __future__ import annotations

from dataclasses import replace

from seawall.capabilities import SHELL
from seawall.capabilities.shell import ShellCommand
from seawall.model.secret import Secret
from seawall.operations.up import read_url
from seawall.operations.workplace import Workplace


def shell_command(work: Workplace, name: str) -> ShellCommand:
    """How the client of a store's engine is started.

    Raises:
        UsageError: SW-TIER-002 for a name the file does not have.
        UnreachableError: SW-TIER-003 for a local server that does not run.
        RefusedError: SW-SERVER-012 when the client is not on this machine.
    """
    (store,) = work.choose((name,))
    engine = work.engine(store)
    target = work.target(store)
    programs = target.programs or work.programs(engine, "")
    return engine.standalone(SHELL).command(replace(target, programs=programs))


def environment(work: Workplace, names: tuple[str, ...]) -> dict[str, Secret]:
    """Variable -> URL with its password, of each store, as common clients take them.

    Raises:
        UsageError: SW-TIER-002 for a name the file does not have.
        UnreachableError: SW-TIER-003 for a local server that does not run.
    """
    return {
        f"{store.name.upper().replace('-', '_')}_URL": read_url(work, store.name)
        for store in work.choose(names)
    }
