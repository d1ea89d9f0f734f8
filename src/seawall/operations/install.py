"""`engines install`: bring an engine's programs to this machine, without changing the system."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from seawall import registry
from seawall.capabilities import PROGRAMS
from seawall.capability import Engine
from seawall.errors import RefusedError
from seawall.model.place import ProgramSpec
from seawall.model.progress import Progress
from seawall.model.source import Fetchable, System
from seawall.model.surroundings import Surroundings
from seawall.model.target import Programs
from seawall.servers.programs import forget_versions, list_programs
from seawall.servers.sources.fetching import KINDS, fetch, lacking
from seawall.servers.sources.system import apt_line, install_packages


@dataclass(frozen=True)
class InstalledPrograms:
    """One engine's programs on this machine.

    Attributes:
        engine: Its row.
        version: Of the server.
        provider: The kind of source they come from.
        folder: Where they lie.
        was_here: Whether nothing had to be fetched.
    """

    engine: str
    version: str
    provider: str
    folder: str
    was_here: bool


@dataclass(frozen=True)
class _Wanted:
    """An engine, and the major version that is wanted of it; empty for any."""

    name: str
    engine: Engine[Any]
    specs: tuple[ProgramSpec, ...]
    major: str

    def sources(self, surroundings: Surroundings) -> Iterator[Fetchable]:
        """What can be fetched, best first."""
        for source in (source for spec in self.specs for source in spec.sources):
            is_asked = surroundings.provider in {"", source.kind}
            if is_asked and not isinstance(source, System) and self.is_wanted(source.version):
                yield source

    def is_wanted(self, version: str) -> bool:
        """Whether a version is of the wanted major."""
        return self.major in {"", version.partition(".")[0]}

    def find(self, surroundings: Surroundings) -> Programs | None:
        """Its programs here."""
        found = list_programs(self.engine, surroundings)
        return next((each for each in found if self.is_wanted(each.version)), None)

    def apt_line(self) -> str:
        """What installs them into the system; empty where Debian has none."""
        return next(
            (
                apt_line(source)
                for spec in self.specs
                for source in spec.sources
                if isinstance(source, System) and source.packages
            ),
            "",
        )


def install_programs(
    names: tuple[str, ...], surroundings: Surroundings, progress: Progress
) -> list[InstalledPrograms]:
    """Fetch the programs of engines that are not here into the user's own folder.

    Args:
        names: Engines, perhaps with a major version: `NAME@16`.
        surroundings: Where to, and from which kind of source.
        progress: Told what is fetched.

    Raises:
        RefusedError: SW-SERVER-010 where they cannot be fetched, with what brings them;
            SW-SERVER-011 where the fetched ones are not of the wanted version.
        UnreachableError: SW-SOURCE-001 when a download fails.
    """
    around = _by_kind(surroundings)
    return [_install(_wanted(name), around, progress) for name in names]


def install_by_system(
    names: tuple[str, ...], surroundings: Surroundings, progress: Progress
) -> list[InstalledPrograms]:
    """Install the system's packages of engines, without starting their services.

    Raises:
        RefusedError: SW-SERVER-010 without the right to do it, or where Debian has none.
        UnreachableError: SW-SOURCE-001 when a download fails.
    """
    system = replace(surroundings, provider="system")
    return [_install_packages(_wanted(name), system, progress) for name in names]


def _install(wanted: _Wanted, surroundings: Surroundings, progress: Progress) -> InstalledPrograms:
    here = wanted.find(surroundings)
    if here:
        return _row(wanted, here, was_here=True)
    reasons: list[str] = []
    for source in wanted.sources(surroundings):
        why = lacking(source)
        if why:
            reasons.append(f"{source.label}: {why}")
            continue
        progress.step(f"fetching {source.label}")
        fetch(source, surroundings.programs)
        return _fetched(wanted, surroundings)
    raise _cannot(wanted, " ".join(reasons) or "no source of it is known.")


def _install_packages(
    wanted: _Wanted, surroundings: Surroundings, progress: Progress
) -> InstalledPrograms:
    here = wanted.find(surroundings)
    if here:
        return _row(wanted, here, was_here=True)
    line = wanted.apt_line()
    if not line:
        raise _cannot(wanted, "Debian has no package of it.")
    progress.step(line)
    install_packages(line)
    return _fetched(wanted, surroundings)


def _fetched(wanted: _Wanted, surroundings: Surroundings) -> InstalledPrograms:
    forget_versions()
    found = wanted.find(surroundings)
    if found is None:
        first, last = wanted.engine.server_versions
        raise RefusedError(
            "SW-SERVER-011",
            attempted=f"install the programs of {wanted.name}",
            happened=f"what was fetched has no server of version {first:g} to {last:g} that runs.",
            hint="Run `seawall engines`; please report it with the system's name and version.",
        )
    return _row(wanted, found, was_here=False)


def _row(wanted: _Wanted, programs: Programs, *, was_here: bool) -> InstalledPrograms:
    folder = str(programs.folder)
    return InstalledPrograms(wanted.name, programs.version, programs.provider, folder, was_here)


def _wanted(name: str) -> _Wanted:
    plain, _, major = name.partition("@")
    engine = registry.load(plain)
    return _Wanted(plain, engine, engine.standalone(PROGRAMS).specs(), major)


def _by_kind(surroundings: Surroundings) -> Surroundings:
    """A forced folder decides what runs, not what can be fetched."""
    is_kind = surroundings.provider in KINDS
    return surroundings if is_kind else replace(surroundings, provider="")


def _cannot(wanted: _Wanted, reasons: str) -> RefusedError:
    line = wanted.apt_line()
    system = f"Run `{line}` as root, or `seawall engines install {wanted.name} --system`"
    return RefusedError(
        "SW-SERVER-010",
        attempted=f"install the programs of {wanted.name}",
        happened=reasons,
        hint=f"{system if line else 'Install them by hand'}, or put them on the PATH.",
    )
