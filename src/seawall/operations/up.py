"""`up`, `down`, `url`: real servers on this machine, without Docker."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from seawall.errors import PartialError, RefusedError, SeawallError, UsageError
from seawall.model.progress import Progress
from seawall.model.secret import Secret
from seawall.model.tier import Store
from seawall.operations.together import together
from seawall.operations.workplace import Workplace
from seawall.servers.homes import only_one


@dataclass(frozen=True)
class ServerState:
    """One store's server after the verb.

    Attributes:
        store: Its name.
        engine: Its row.
        state: `running`, `stopped`, `destroyed` or `not ours` for a store with a url.
        address: Host and port; empty when it does not run.
        version: Of the programs.
        provider: Where the programs came from.
    """

    store: str
    engine: str
    state: str
    address: str
    version: str
    provider: str


def start_tier(work: Workplace, names: tuple[str, ...], progress: Progress) -> list[ServerState]:
    """Create and start the local servers of the named stores; data that exists is kept.

    A store that does not start keeps no other one from starting.

    Raises:
        RefusedError: SW-TIER-001 while another process does the same.
        PartialError: SW-TIER-006 when some servers run and others did not start.
        SeawallError: Why the first one did not start, when no server runs.
    """
    with only_one(work.home, "up"):
        outcomes = together(work.choose(names), partial(_try_start, work, progress))
    states = [each for each in outcomes if isinstance(each, ServerState)]
    failures = [each for each in outcomes if isinstance(each, SeawallError)]
    if failures:
        raise _not_started([each.store for each in states if each.address], failures)
    return states


def stop_tier(work: Workplace, names: tuple[str, ...]) -> list[ServerState]:
    """Stop the local servers of the named stores; their data stays."""
    with only_one(work.home, "up"):
        return [_stop(work, store) for store in work.choose(names)]


def destroy_tier(work: Workplace, names: tuple[str, ...]) -> list[ServerState]:
    """DESTROY the local servers with their data; repository and keys are never touched.

    The caller has shown `list_data` and had the app's name confirmed.
    """
    with only_one(work.home, "up"):
        states: list[ServerState] = []
        for store in work.choose(names):
            if store.url is None:
                work.local(store).destroy()
            states.append(_state(work, store, "destroyed"))
        return states


def list_data(work: Workplace, names: tuple[str, ...]) -> list[tuple[str, int]]:
    """(store, bytes on disk) of what `destroy_tier` would destroy."""
    folders = [
        (store.name, work.local(store).folder) for store in work.choose(names) if store.url is None
    ]
    return [
        (name, sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()))
        for name, folder in folders
        if folder.exists()
    ]


def read_url(work: Workplace, name: str) -> Secret:
    """A store's URL with its password, as the common clients of its engine take it.

    Raises:
        UsageError: SW-TIER-002 for a name the file does not have.
        UnreachableError: SW-TIER-003 for a local server that does not run.
    """
    if not name:
        raise UsageError(
            "SW-TIER-002",
            attempted="find a store without a name",
            happened="a store's name has at least one letter.",
            hint="Name one store of the file.",
        )
    (store,) = work.choose((name,))
    location = work.target(store).location
    return Secret(location.for_client(work.engine(store).client_schemes).url())


def refuse_unconfirmed(act: str, name: str, confirmed: str) -> None:
    """Hold an irreversible act until its object's name was given.

    Raises:
        RefusedError: SW-TIER-005 when the name is not the one that is to be confirmed.
    """
    if confirmed != name:
        raise RefusedError(
            "SW-TIER-005",
            attempted=act,
            happened="that cannot be undone and was not confirmed.",
            hint=f"Add `--confirm {name}` if that is what you want.",
        )


def _try_start(work: Workplace, progress: Progress, store: Store) -> ServerState | SeawallError:
    try:
        return _start(work, progress, store)
    except SeawallError as error:
        return error


def _not_started(running: list[str], failures: list[SeawallError]) -> SeawallError:
    """The error of an `up` after which not every server runs."""
    if not running:
        return failures[0]
    whys = " ".join(f"Could not {each.attempted}: {each.happened}" for each in failures)
    return PartialError(
        "SW-TIER-006",
        attempted="start every server",
        happened=f"running: {', '.join(running)}. {whys}",
        hint=" ".join(f"{each.hint} [{each.code}]" for each in failures),
    )


def _start(work: Workplace, progress: Progress, store: Store) -> ServerState:
    if store.url is None:
        progress.step(f"starting {store.name} ({store.engine})")
        work.local(store).up()
    return _state(work, store, "running")


def _stop(work: Workplace, store: Store) -> ServerState:
    if store.url is None:
        work.local(store).stop()
    return _state(work, store, "stopped")


def _state(work: Workplace, store: Store, state: str) -> ServerState:
    if store.url is not None:
        return ServerState(store.name, store.engine, "not ours", "", "", "")
    record = work.local(store).record
    running = state == "running" and record is not None
    return ServerState(
        store=store.name,
        engine=store.engine,
        state=state,
        address=f"127.0.0.1:{record.port}" if running and record else "",
        version=record.version if record else "",
        provider=record.provider if record else "",
    )
