"""Programs that the machine has: the PATH, then a distribution's folders."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from seawall.errors import RefusedError
from seawall.model.source import System
from seawall.servers.sources.download import lacking_program, run_download

# Debian asks it whether a package may start its service; 101 means no.
POLICY = Path("/usr/sbin/policy-rc.d")
NO_SERVICES = "#!/bin/sh\n# Written by Seawall while it installs packages.\nexit 101\n"


class SystemKind:
    """Finds what is installed."""

    def folders(self, source: System, names: tuple[str, ...], home: Path) -> Iterator[Path]:
        """The PATH's programs, then the newest of a distribution's."""
        del home  # Nothing of the system is fetched into it.
        for name in names:
            path = shutil.which(name)
            if path:
                yield Path(path).resolve().parent
                yield Path(path).parent
        for pattern in source.folders:
            # Newest first: a distribution names its folders by version.
            yield from sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)


def apt_line(source: System) -> str:
    """The command that installs its packages; empty where it names none."""
    packages = " ".join(source.packages)
    return f"apt-get install --yes --no-install-recommends {packages}" if packages else ""


def install_packages(line: str) -> None:
    """Run the command that installs packages, without starting a service.

    Raises:
        RefusedError: SW-SERVER-010 without the right or without apt.
        UnreachableError: SW-SOURCE-001 when it fails.
    """
    why = "the current user is not root." if os.geteuid() else lacking_program("apt-get")
    if why:
        raise RefusedError(
            "SW-SERVER-010",
            attempted="install packages of the system",
            happened=why,
            hint=f"Run as root: {line}",
        )
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    with _no_services():
        run_download(("apt-get", "update", "-q"), Path("/"), quiet)
        run_download(tuple(shlex.split(line)), Path("/"), quiet)


@contextmanager
def _no_services() -> Generator[None]:
    """Keep packages from starting their services; what was not there before goes again."""
    is_ours = not POLICY.exists() or POLICY.read_text() == NO_SERVICES
    if is_ours:
        POLICY.write_text(NO_SERVICES)
        POLICY.chmod(0o755)
    try:
        yield
    finally:
        if is_ours:
            POLICY.unlink(missing_ok=True)
