"""`shell`: redis-cli or valkey-cli."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

from seawall.capabilities.shell import ShellCommand
from seawall.engines.redis.client import DEFAULT_PORT, SOCKET_SCHEME, TLS_SCHEMES
from seawall.engines.redis.versions import REDIS, VALKEY
from seawall.errors import RefusedError
from seawall.families.one_host import refuse_several
from seawall.model.location import Location
from seawall.model.target import Target

# Both clients read the password from it, so that nobody sees it among the arguments.
PASSWORD_VARIABLE = "REDISCLI_AUTH"  # noqa: S105 - a variable's name
TLS_ARGUMENTS = {"ssl_ca_certs": "--cacert", "ssl_certfile": "--cert", "ssl_keyfile": "--key"}


class RedisShell:
    """Either product's client speaks to either server."""

    def command(self, target: Target) -> ShellCommand:
        """The client beside the server's program, else one of the PATH."""
        refuse_several(target)
        password = target.location.password.reveal()
        variables = ((PASSWORD_VARIABLE, password),) if password else ()
        return ShellCommand((_client(target), *_arguments(target.location)), variables)


def _client(target: Target) -> str:
    names = [f"{product}-cli" for product in (REDIS, VALKEY)]
    for name in names:
        path = target.programs.program(name) if target.programs else None
        if path and os.access(path, os.X_OK):
            return str(path)
    for name in names:
        found = shutil.which(name)
        if found:
            return found
    raise RefusedError(
        "SW-SERVER-012",
        attempted=f"open a shell on store `{target.store}`",
        happened=f"neither {' nor '.join(names)} is on this machine.",
        hint="Install redis-tools or valkey-tools, or put redis-cli on the PATH.",
    )


def _arguments(location: Location) -> Iterator[str]:
    if location.scheme == SOCKET_SCHEME:
        yield from ("-s", f"/{location.database}")
    else:
        yield from ("-h", location.host or "127.0.0.1", "-p", str(location.port or DEFAULT_PORT))
    if location.user:
        yield from ("--user", location.user)
    if location.scheme in TLS_SCHEMES:
        yield "--tls"
        for name, value in location.options:
            if name in TLS_ARGUMENTS:
                yield from (TLS_ARGUMENTS[name], value)
