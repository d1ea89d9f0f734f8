"""`shell`: psql."""

from __future__ import annotations

from seawall.capabilities.shell import ShellCommand
from seawall.engines.postgres.login import program_environment
from seawall.engines.postgres.tools import program_path
from seawall.families.one_host import refuse_several
from seawall.model.target import Target


class PostgresShell:
    """psql takes the login from its environment."""

    def command(self, target: Target) -> ShellCommand:
        """The psql of the target's programs."""
        refuse_several(target)
        variables = program_environment(target)
        return ShellCommand((str(program_path(target, "psql")),), tuple(variables.items()))
