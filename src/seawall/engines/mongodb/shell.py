"""`shell`: mongosh, which takes its login from a variable and not from its arguments."""

from __future__ import annotations

import os
import shutil
from typing import Final

from seawall.capabilities.shell import ShellCommand
from seawall.errors import RefusedError
from seawall.model.target import Target

NAME: Final = "mongosh"
URL_VARIABLE: Final = "SEAWALL_MONGOSH_URL"
# mongosh logs in by its arguments only, which everybody on the machine can read; so it is started
# without a server, and connects by its first line, which leaves nothing in the session.
# https://www.mongodb.com/docs/mongodb-shell/reference/options/ (--nodb, --shell, --eval)
CONNECT: Final = (
    f"void (db = connect(process.env.{URL_VARIABLE})); delete process.env.{URL_VARIABLE}; void 0"
)


class MongodbShell:
    """One client for MongoDB and for what stands in for it."""

    def command(self, target: Target) -> ShellCommand:
        """The client beside the server's program, else the one of the PATH."""
        argv = (_client(target), "--nodb", "--quiet", "--shell", "--eval", CONNECT)
        return ShellCommand(argv, ((URL_VARIABLE, target.location.url()),))


def _client(target: Target) -> str:
    path = target.programs.program(NAME) if target.programs else None
    if path and os.access(path, os.X_OK):
        return str(path)
    found = shutil.which(NAME)
    if found:
        return found
    raise RefusedError(
        "SW-SERVER-012",
        attempted=f"open a shell on store `{target.store}`",
        happened=f"{NAME} is not on this machine.",
        hint="Install it with `npm install -g mongosh`, or from MongoDB's download page.",
    )
