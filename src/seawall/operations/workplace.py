"""What every verb works with: the tier, its state folder, and its stores opened."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from seawall import registry
from seawall.capabilities import STATUS
from seawall.capability import Engine
from seawall.datafile.secrets import resolve
from seawall.errors import RefusedError, UnreachableError, UsageError
from seawall.model.location import Location
from seawall.model.surroundings import Surroundings
from seawall.model.target import Programs, Target
from seawall.model.tier import Store, Tier
from seawall.servers.homes import home_of, only_one
from seawall.servers.leases import reap
from seawall.servers.local import LocalServer
from seawall.servers.programs import find_programs, list_programs
from seawall.servers.sandboxes import Sandboxes


@dataclass(frozen=True)
class Workplace:
    """A tier on this machine.

    Attributes:
        tier: What the file says.
        surroundings: What the environment says.
        home: The tier's state folder.
    """

    tier: Tier
    surroundings: Surroundings
    home: Path

    def engine(self, store: Store) -> Engine[Any]:
        """The store's row."""
        return registry.load(store.engine)

    def local(self, store: Store) -> LocalServer:
        """The local server of a store without a url."""
        return LocalServer(
            self.engine(store), store.name, self.home, self.surroundings, store.patterns
        )

    def choose(self, names: tuple[str, ...]) -> tuple[Store, ...]:
        """The named stores in the file's order; all of them when none is named.

        Raises:
            UsageError: SW-TIER-002 for a name the file does not have.
        """
        for name in names:
            if self.tier.store(name) is None:
                raise UsageError(
                    "SW-TIER-002",
                    attempted=f"find store `{name}`",
                    happened=f"{self.tier.path.name} has no such store.",
                    hint=f"It names: {', '.join(store.name for store in self.tier.stores)}.",
                )
        return tuple(store for store in self.tier.stores if not names or store.name in names)

    def target(self, store: Store) -> Target:
        """How to open a store.

        Raises:
            UnreachableError: SW-TIER-003 when it is a local server that does not run.
        """
        if store.url is None:
            server = self.local(store)
            target = server.target()
            if target is None or server.process is None:
                raise UnreachableError(
                    "SW-TIER-003",
                    attempted=f"open store `{store.name}`",
                    happened="its local server does not run.",
                    hint="Run `seawall up`.",
                )
            return target
        location = parse_location(resolve(store.url).reveal(), str(store.url))
        return Target(store.name, location, store.patterns)

    @contextmanager
    def open(self, store: Store) -> Generator[Any]:
        """A client of the store's engine, with programs of the server's version where there are."""
        engine = self.engine(store)
        client = engine.connect(self._with_programs(engine, self.target(store)))
        try:
            yield client
        finally:
            client.close()

    def sandboxes(self, store: Store, version: str) -> Sandboxes:
        """Opens sandboxes for a store whose server has that version.

        Raises:
            RefusedError: SW-SERVER-001 when no programs of the engine are here.
        """
        engine = self.engine(store)
        programs = self.programs(engine, version)
        if programs is None:
            programs = find_programs(engine, self.surroundings)
        return Sandboxes(engine, store.name, store.patterns, self.home, programs)

    def _with_programs(self, engine: Engine[Any], target: Target) -> Target:
        if target.programs:
            return target
        client = engine.connect(target)
        try:
            version = engine.require(STATUS, client).read().version
        finally:
            client.close()
        return replace(target, programs=self.programs(engine, version))

    def programs(self, engine: Engine[Any], version: str) -> Programs | None:
        """Programs here for a server of that version."""
        return choose_programs(engine, version, self.surroundings)


# Stores whose restored data was about to take the old data's place.
SWAPPING = "swapping"


def open_workplace(tier: Tier, surroundings: Surroundings) -> Workplace:
    """Find the tier's state folder, clear what killed runs left in it, finish what they had to."""
    home = home_of(tier.path, surroundings, tier.environment)
    reap(home)
    work = Workplace(tier, surroundings, home)
    if (home / SWAPPING).exists():
        _finish_swaps(work)
    return work


def _finish_swaps(work: Workplace) -> None:
    """Finish what a killed restore had begun; its servers are stopped then, and `up` starts them."""
    note = work.home / SWAPPING
    try:
        with only_one(work.home, "up"):
            for name in note.read_text().split():
                store = work.tier.store(name)
                if store:
                    work.local(store).finish_rebuilding()
            note.unlink()
    except (RefusedError, FileNotFoundError):
        return  # the restore is still at it, or has just finished


def choose_programs(
    engine: Engine[Any], version: str, surroundings: Surroundings
) -> Programs | None:
    """Programs here for a server of that version: of the same series where there are any."""
    found = list(list_programs(engine, surroundings))
    series = _numbers(version)[: engine.series_numbers]
    same = [each for each in found if _numbers(each.version)[: engine.series_numbers] == series]
    best = next(iter(same + found), None)
    if best is None:
        return None
    newest_first = sorted(found, key=lambda each: _numbers(each.version), reverse=True)
    return replace(best, tools=tuple(each.folder for each in newest_first if each != best))


def parse_location(url: str, reference: str) -> Location:
    """Parse a resolved url without ever repeating it.

    Raises:
        UsageError: SW-TIER-004 when it is no URL.
    """
    try:
        return Location.parse(url)
    except ValueError as error:
        raise UsageError(
            "SW-TIER-004",
            attempted=f"read the url of {reference}",
            happened=f"{error}.",
            hint="It has the form scheme://user:password@host:port/database.",
        ) from None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)))
