"""Stores that run on restored data beside their old data."""

from __future__ import annotations

import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any

from seawall.capabilities import RECORDS, RESTORE
from seawall.capabilities.restore import Restore
from seawall.capability import Engine
from seawall.errors import SeawallError
from seawall.model.manifest import StoreBackup
from seawall.model.place import Place
from seawall.model.target import Target
from seawall.operations.links import CheckedLinks, check_links
from seawall.operations.recovery import Recovery
from seawall.operations.workplace import Workplace
from seawall.servers import starting
from seawall.servers.leases import lease
from seawall.servers.local import LocalServer


@dataclass(frozen=True)
class RestoredStore:
    """One store after a restore.

    Attributes:
        store: Its name.
        engine: Row that restored it.
        method: By which it was backed up.
        target: Where it is now, without a password.
        seconds: How long it took.
    """

    store: str
    engine: str
    method: str
    target: str
    seconds: float


@dataclass(frozen=True)
class Rebuilt:
    """A store that runs on its new data, which has not taken the old data's place yet.

    Attributes:
        store: Its name.
        part: Its part of the backup.
        target: Where it is.
        client: On it, logged in.
        seconds: How long it took.
    """

    store: str
    part: StoreBackup
    target: Target
    client: Any
    seconds: float

    def row(self) -> RestoredStore:
        """What the report says of it."""
        shown = self.target.location.shown()
        return RestoredStore(self.store, self.part.engine, self.part.method, shown, self.seconds)


def rebuild(stack: ExitStack, recovery: Recovery, server: LocalServer) -> Rebuilt:
    """Build and start a store's new data beside the old; it takes its place as the stack ends."""
    part = recovery.part(server.store)
    recovery.progress.step(f"restoring {part.store}")
    began = time.perf_counter()
    engine = server.engine
    place = stack.enter_context(server.rebuilding())
    restore = build(engine, recovery, part, place)
    starting.hand_over_data(place)
    process = server.launch(place)
    running = server.place_of(place.data)
    starting.claim(engine, running, part.details, process)
    starting.wait_until_ready(engine, running, process)
    target = server.target_of(running)
    client = engine.connect(target)
    stack.callback(client.close)
    restore.load(recovery.pieces(part), running, client)
    return Rebuilt(part.store, part, target, client, round(time.perf_counter() - began, 3))


def build(engine: Engine[Any], recovery: Recovery, part: StoreBackup, place: Place) -> Restore:
    """Write the data folder at a place; returns what loads the rest once a server runs there."""
    restore = engine.standalone(RESTORE, part.method)
    pieces = recovery.pieces(part)
    restore.build(pieces, place, part.cut, part.details, starting.tool_runner(place))
    return restore


def links_to_others(work: Workplace, rebuilt: list[Rebuilt]) -> CheckedLinks:
    """Check the links between a store that was rebuilt and one that stays at now."""
    names = {each.store for each in rebuilt}
    crossing = [
        link
        for link in work.tier.links
        if len({link.every.store, link.exists_in.store} & names) == 1
        and link.every.store != link.exists_in.store
    ]
    if not crossing:
        return CheckedLinks()
    with ExitStack() as stack, lease(work.home, "links") as scratch:
        clients = {each.store: each.client for each in rebuilt}
        for store in work.tier.stores:
            if store.name not in clients:
                # One that cannot be reached has links that are not checked.
                with suppress(SeawallError):
                    clients[store.name] = stack.enter_context(work.open(store))
        readers = {
            store.name: work.engine(store).require(RECORDS, clients[store.name])
            for store in work.tier.stores
            if store.name in clients
        }
        return check_links(crossing, readers, scratch)
