"""The matrix: capabilities are its columns, engines its rows, offers its cells.

A capability is one small Protocol and one token, declared in `capabilities/`. An engine's row
answers every token with an ordered tuple of offers: the first whose needs are met is used. The
type checkers prove on the row's line that an implementation fits the column's Protocol and the
engine's own client.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Generic, Protocol, TypeVar, cast

from seawall.errors import RefusedError, SeawallError
from seawall.model.target import Target


class Need(Enum):
    """What an offer needs beyond this library; the values are shown to people."""

    LOGIN = "a login"
    READ_EVERYTHING = "the right to read everything"
    REPLICATION = "the replication right"
    REPLAYABLE_LOG = "a log that can be replayed later"
    DATA_FOLDER = "the server's data folder"
    PROGRAMS = "programs of the server's major version on this machine"
    CLIENT_PROGRAMS = "client programs no older than the server on this machine"
    HOST_LOGIN = "a login on the server's host"
    ADMIN = "an administrator's login"


class Support(Enum):
    """What a cell says."""

    OFFERED = "offered"
    NOT_YET = "not yet"
    NEVER = "never"


class Tested(Enum):
    """What the conformance suite runs an offer on; the values are shown to people."""

    REAL = "real"
    EMULATED = "emulated"
    CONTRACT_ONLY = "contract-only"


class Closes(Protocol):
    """What every engine's client can do, whatever else it is."""

    def close(self) -> None:
        """Give back connections; a second call does nothing."""
        ...


C = TypeVar("C")
K = TypeVar("K", bound=Closes)
A_contra = TypeVar("A_contra", contravariant=True)


@dataclass(frozen=True)
class Offer(Generic[A_contra]):
    """One answer in a cell.

    Attributes:
        capability: The column's name.
        support: Whether there is an implementation.
        make: Builds the implementation from a client (or from nothing, for a standalone column).
        needs: All must be met for the offer to be used.
        method: Names format and version where the offer writes or reads one; else empty.
        why: One sentence where nothing is offered.
        tested: What it is tested on; None where its row's server says so.
    """

    capability: str
    support: Support
    make: Callable[..., object] | None = None
    needs: frozenset[Need] = frozenset()
    method: str = ""
    why: str = ""
    tested: Tested | None = None


@dataclass(frozen=True)
class Capability(Generic[C]):
    """A column whose implementations work through a connected client."""

    name: str
    promise: str

    def by(
        self,
        make: Callable[[A_contra], C],
        *,
        needs: frozenset[Need] = frozenset({Need.LOGIN}),
        method: str = "",
        tested: Tested | None = None,
    ) -> Offer[A_contra]:
        """Offer `make(client)`."""
        return Offer(self.name, Support.OFFERED, make, needs, method, tested=tested)

    def not_yet(self, why: str) -> Offer[Any]:
        """Say what is missing until this is offered."""
        return Offer(self.name, Support.NOT_YET, why=why)

    def never(self, why: str) -> Offer[Any]:
        """Say why this cannot be."""
        return Offer(self.name, Support.NEVER, why=why)


@dataclass(frozen=True)
class Standalone(Generic[C]):
    """A column whose implementations need no connection: they make or read files."""

    name: str
    promise: str

    def by(
        self, make: Callable[[], C], *, method: str = "", tested: Tested | None = None
    ) -> Offer[Any]:
        """Offer `make()`."""
        return Offer(self.name, Support.OFFERED, make, frozenset(), method, tested=tested)

    def not_yet(self, why: str) -> Offer[Any]:
        """Say what is missing until this is offered."""
        return Offer(self.name, Support.NOT_YET, why=why)

    def never(self, why: str) -> Offer[Any]:
        """Say why this cannot be."""
        return Offer(self.name, Support.NEVER, why=why)


@dataclass(frozen=True)
class Rights:
    """What a client may do: the needs it meets, and why it does not meet the others.

    Attributes:
        met: Needs that are met.
        unmet: A sentence for each of the others, naming the missing grant or program.
    """

    met: frozenset[Need]
    unmet: Mapping[Need, str]


@dataclass(frozen=True)
class Chosen(Generic[C]):
    """An implementation, the method it works by, and why each better offer was passed over."""

    implementation: C
    method: str
    passed_over: tuple[str, ...]


@dataclass(frozen=True)
class Engine(Generic[K]):
    """One row of the matrix.

    Attributes:
        name: As the file names it.
        connect: Opens a store; raises UnreachableError or SeawallError of its own.
        probe: What a client may do.
        matrix: Every column's offers, better ones first.
        schemes: URL schemes that mean this engine.
        server_versions: First and last major version that the row answers for.
        tested_on: The server the conformance suite runs on.
        tested: What that server is.
        client_schemes: (own scheme, scheme its common clients take) pairs where the two differ.
        series_numbers: How many of a version's numbers name its series, within which programs and
            files go together: 18.6 is of 18, MariaDB 10.11.19 of 10.11.
    """

    name: str
    connect: Callable[[Target], K]
    probe: Callable[[K], Rights]
    matrix: tuple[Offer[K], ...]
    schemes: tuple[str, ...]
    server_versions: tuple[float, float]
    tested_on: str
    tested: Tested = Tested.REAL
    client_schemes: tuple[tuple[str, str], ...] = ()
    series_numbers: int = 1

    def variant(
        self,
        name: str,
        *,
        schemes: tuple[str, ...],
        server_versions: tuple[float, float],
        tested_on: str,
        tested: Tested = Tested.REAL,
        client_schemes: tuple[tuple[str, str], ...] = (),
        replaces: tuple[Offer[K], ...] = (),
    ) -> Engine[K]:
        """A row that differs from this one in the given offers."""
        columns = {offer.capability for offer in replaces}
        kept = tuple(offer for offer in self.matrix if offer.capability not in columns)
        return replace(
            self,
            name=name,
            schemes=schemes,
            server_versions=server_versions,
            tested_on=tested_on,
            tested=tested,
            client_schemes=client_schemes,
            matrix=kept + replaces,
        )

    def offers(self, column: str) -> tuple[Offer[K], ...]:
        """The cell of one column."""
        return tuple(offer for offer in self.matrix if offer.capability == column)

    def offered(self, column: Capability[Any] | Standalone[Any]) -> bool:
        """Whether the cell has any implementation."""
        return any(offer.make for offer in self.offers(column.name))

    def how_tested(self, offer: Offer[Any]) -> Tested:
        """What an offer of this row is tested on."""
        return offer.tested or self.tested

    def conforms(self, column: Capability[Any] | Standalone[Any]) -> bool:
        """Whether a server here can show that the cell keeps its promise."""
        return any(
            offer.make and self.how_tested(offer) is not Tested.CONTRACT_ONLY
            for offer in self.offers(column.name)
        )

    def choose(self, column: Capability[C], client: K) -> Chosen[C]:
        """Take the first offer whose needs are met.

        Raises:
            RefusedError: SW-ENGINE-002 when none is; the text says why for each.
        """
        rights = self.probe(client)
        passed_over: list[str] = []
        for offer in self.offers(column.name):
            missing = [need for need in Need if need in offer.needs - rights.met]
            if offer.make is None:
                passed_over.append(offer.why)
            elif missing:
                reasons = [rights.unmet.get(need, f"{need.value} is missing.") for need in missing]
                passed_over.append(f"{offer.method or column.name}: {' '.join(reasons)}")
            else:
                implementation = cast("C", offer.make(client))
                return Chosen(implementation, offer.method, tuple(passed_over))
        raise self._missing(column.name, passed_over)

    def require(self, column: Capability[C], client: K) -> C:
        """The implementation that `choose` takes."""
        return self.choose(column, client).implementation

    def standalone(self, column: Standalone[C], method: str = "") -> C:
        """The implementation of a column that needs no client.

        Args:
            column: The column.
            method: Where several offers read different formats: the one that wrote it.

        Raises:
            RefusedError: SW-ENGINE-002 when the cell is empty or no offer knows the method.
        """
        for offer in self.offers(column.name):
            if offer.make is not None and offer.method == method:
                return cast("C", offer.make())
        whys = [offer.why for offer in self.offers(column.name) if offer.why]
        raise self._missing(column.name, whys or [f"no offer reads the method {method}."])

    def _missing(self, column: str, reasons: list[str]) -> SeawallError:
        return RefusedError(
            "SW-ENGINE-002",
            attempted=f"use `{column}` of engine {self.name}",
            happened=" ".join(reasons) or "the engine declares nothing for it.",
            hint="Run `seawall engines` for what each engine offers.",
        )


def cells(engine: Engine[Any], columns: tuple[str, ...]) -> Iterator[tuple[str, Support, str]]:
    """(column, support, reason) for each column, as the matrix page shows it."""
    for column in columns:
        offers = engine.offers(column)
        best = next((offer for offer in offers if offer.make), offers[0])
        yield column, best.support, best.why
