"""`status` and `engines`: what runs, how it is, and what could run here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from seawall import registry
from seawall.capabilities import ALL, STATUS
from seawall.capability import Support
from seawall.errors import SeawallError
from seawall.model.surroundings import Surroundings
from seawall.model.tier import Store
from seawall.model.vitals import Vitals
from seawall.operations.together import together
from seawall.operations.workplace import Workplace
from seawall.servers.programs import install_hint, list_programs


@dataclass(frozen=True)
class StoreStatus:
    """One store's state.

    Attributes:
        store: Its name.
        engine: Its row.
        why: What is wrong, with the next step; empty when it is reachable.
        code: The error's code; empty when it is reachable.
        vitals: What the server tells; None when it is not reachable.
        is_local: Whether `up` and `down` run it.
    """

    store: str
    engine: str
    why: str
    code: str
    vitals: Vitals | None
    is_local: bool

    @property
    def is_reachable(self) -> bool:
        """Whether the login works now."""
        return self.vitals is not None


@dataclass(frozen=True)
class CellState:
    """One cell of the matrix.

    Attributes:
        capability: The column.
        support: Whether it is `offered`, `not yet` or `never`.
        methods: Names of the ways to do it, better ones first.
        why: One sentence where nothing is offered.
    """

    capability: str
    support: str
    methods: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class EngineState:
    """One row of the matrix on this machine.

    Attributes:
        name: As the file names it.
        server_versions: As `14-18`.
        tested_on: The server the conformance suite runs on.
        runnable: Whether `up` can run it here.
        provider: Where its programs come from; empty when there are none.
        version: Of those programs.
        install: How to get them.
        cells: What it offers.
    """

    name: str
    server_versions: str
    tested_on: str
    runnable: bool
    provider: str
    version: str
    install: str
    cells: tuple[CellState, ...]


def read_status(work: Workplace) -> list[StoreStatus]:
    """Ask every store at once."""
    return together(work.tier.stores, partial(_read, work))


def list_engines(surroundings: Surroundings) -> list[EngineState]:
    """Every row, with what this machine can run."""
    return [_engine_state(name, surroundings) for name in registry.names()]


def _read(work: Workplace, store: Store) -> StoreStatus:
    is_local = store.url is None
    try:
        engine = work.engine(store)
        client = engine.connect(work.target(store))
        try:
            vitals = engine.require(STATUS, client).read()
        finally:
            client.close()
    except SeawallError as error:
        why = f"{error.happened} {error.hint}"
        return StoreStatus(store.name, store.engine, why, error.code, None, is_local)
    return StoreStatus(store.name, store.engine, "", "", vitals, is_local)


def _engine_state(name: str, surroundings: Surroundings) -> EngineState:
    engine = registry.load(name)
    programs = next(list_programs(engine, surroundings), None)
    first, last = engine.server_versions
    return EngineState(
        name=name,
        server_versions=f"{first:g}-{last:g}",
        tested_on=engine.tested_on,
        runnable=programs is not None,
        provider=programs.provider if programs else "",
        version=programs.version if programs else "",
        install="" if programs else install_hint(engine),
        cells=tuple(_cell(name, column.name) for column in ALL),
    )


def _cell(name: str, column: str) -> CellState:
    offers = registry.load(name).offers(column)
    best = next((offer for offer in offers if offer.support is Support.OFFERED), offers[0])
    methods = tuple(offer.method for offer in offers if offer.method)
    return CellState(column, best.support.value, methods, best.why)
