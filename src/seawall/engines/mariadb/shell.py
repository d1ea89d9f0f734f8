"""`shell`: the client program, whose password travels in its environment."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Final

from seawall.capabilities.shell import ShellCommand
from seawall.engines.mariadb.login import (
    DEFAULT_PORT,
    TLS_FILES,
    VERIFYING,
    complete,
    options_of,
    socket_of,
    tls_mode,
)
from seawall.engines.mariadb.programs import program_of
from seawall.errors import RefusedError
from seawall.families.one_host import refuse_several
from seawall.model.target import Target

NAMES: Final = ("mariadb", "mysql")
PASSWORD_VARIABLE: Final = "MYSQL_PWD"  # noqa: S105 - a variable's name


class MariadbShell:
    """MariaDB's client, by its name or the older one."""

    def command(self, target: Target) -> ShellCommand:
        """The client beside the server's program, else one of the PATH."""
        refuse_several(target)
        target = complete(target)
        password = target.location.password.reveal()
        variables = ((PASSWORD_VARIABLE, password),) if password else ()
        return ShellCommand((_client(target), *_arguments(target)), variables)


def _client(target: Target) -> str:
    for name in NAMES:
        path = program_of(target.programs, name) if target.programs else None
        if path and os.access(path, os.X_OK):
            return str(path)
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    raise RefusedError(
        "SW-SERVER-012",
        attempted=f"open a shell on store `{target.store}`",
        happened=f"neither {' nor '.join(NAMES)} is on this machine.",
        hint="Run `seawall engines install mariadb`, or install mariadb-client.",
    )


def _arguments(target: Target) -> Iterator[str]:
    location, options = target.location, options_of(target)
    socket = socket_of(target, options)
    yield "--no-defaults"
    if socket:
        yield f"--socket={socket}"
    else:
        yield "--protocol=tcp"
        yield f"--host={location.host or '127.0.0.1'}"
        yield f"--port={location.port or DEFAULT_PORT}"
    if location.user:
        yield f"--user={location.user}"
    mode = tls_mode(target, options)
    if mode in VERIFYING | {"required"}:
        yield "--ssl"
    # Newer clients verify where they are not told.
    yield f"--{'' if mode == 'verify_identity' else 'skip-'}ssl-verify-server-cert"
    for name in TLS_FILES:
        if name in options:
            yield f"--{name}={options[name]}"
    if location.database:
        yield location.database
