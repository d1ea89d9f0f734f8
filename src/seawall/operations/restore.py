"""`restore`: bring stores back from a backup, into new servers or into empty ones.

The new data is built and started beside the old, its broken links are counted, and only then does
it take the old data's place.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from seawall import registry
from seawall.capabilities import COLLECTIONS, TRANSFER
from seawall.errors import RefusedError
from seawall.model.link import LeftOut, LinkResult
from seawall.model.location import Location
from seawall.model.target import Target
from seawall.model.tier import Store
from seawall.operations.links import CheckedLinks
from seawall.operations.rebuilt import RestoredStore, build, links_to_others, rebuild
from seawall.operations.recovery import Recovery
from seawall.operations.together import together
from seawall.operations.up import refuse_unconfirmed
from seawall.operations.workplace import SWAPPING, Workplace
from seawall.servers.homes import only_one
from seawall.servers.local import LocalServer

Agree = Callable[[CheckedLinks], None]
"""Shown the links that the restore would leave broken; raises to stop it there."""


@dataclass(frozen=True)
class RestoreReport:
    """What a restore did.

    Attributes:
        backup: Which one.
        taken_at: The instant the stores stand at now.
        stores: Those restored.
        links: Between restored stores and those that stayed at now.
        not_checked: Such links whose other store cannot be reached.
        rto_seconds: Until all of them answered.
    """

    backup: str
    taken_at: str
    stores: tuple[RestoredStore, ...]
    links: tuple[LinkResult, ...]
    not_checked: tuple[LeftOut, ...]
    rto_seconds: float


@dataclass(frozen=True)
class Replacement:
    """Data that a restore puts new data in the place of.

    Attributes:
        stores: Whose.
        name: What has to be confirmed: the store's name where one store is restored, the app's
            where several are.
    """

    stores: tuple[str, ...]
    name: str

    @property
    def act(self) -> str:
        """What is about to be done, for questions and errors."""
        return f"replace the data of {', '.join(self.stores)}"


def find_replacement(recovery: Recovery, names: tuple[str, ...]) -> Replacement | None:
    """What `restore_here` would replace, and the name to confirm; None when all is empty.

    Raises:
        RefusedError: SW-RESTORE-001 for a store with a url, SW-RESTORE-002 for one that the
            backup does not have.
    """
    servers = _own_servers(recovery, names)
    full = tuple(server.store for server in servers if server.has_data())
    name = servers[0].store if len(servers) == 1 else recovery.work.tier.app
    return Replacement(full, name) if full else None


def restore_here(
    recovery: Recovery, names: tuple[str, ...], confirmed: str, agree: Agree
) -> RestoreReport:
    """Restore stores into the tier's own local servers.

    A server with data is replaced only after the name of its `Replacement` was confirmed.

    Raises:
        RefusedError: SW-TIER-005 unconfirmed, SW-RESTORE-001 for a store with a url,
            SW-RESTORE-003 without room on the disk.
        FindingsError: SW-BACKUP-013 when a backup is missing that this one builds on.
    """
    work, manifest = recovery.work, recovery.manifest
    servers = _own_servers(recovery, names)
    replacement = find_replacement(recovery, names)
    if replacement:
        refuse_unconfirmed(replacement.act, replacement.name, confirmed)
    recovery.refuse_lost(server.store for server in servers)
    recovery.refuse_full_disk()
    began = time.perf_counter()
    with only_one(work.home, "up"), _old_data_serves_on_failure(servers), ExitStack() as stack:
        restored = together(servers, lambda server: rebuild(stack, recovery, server))
        crossing = links_to_others(work, restored)
        agree(crossing)
        with _swapping(work, servers):
            _put_in_place(stack)
    together(servers, LocalServer.start)
    seconds = round(time.perf_counter() - began, 3)
    return RestoreReport(
        backup=manifest.id,
        taken_at=manifest.point.taken_at,
        stores=tuple(each.row() for each in restored),
        links=crossing.links,
        not_checked=crossing.not_checked,
        rto_seconds=seconds,
    )


@contextmanager
def _swapping(work: Workplace, servers: list[LocalServer]) -> Generator[None]:
    """Note which stores' new data is whole, so that the next run finishes what was killed.

    Between two swaps one store would stand at the backup's point and the other at now.
    """
    note = work.home / SWAPPING
    unfinished = note.with_suffix(".new")
    unfinished.write_text("\n".join(server.store for server in servers))
    unfinished.rename(note)
    yield
    note.unlink()


def _put_in_place(rebuilt: ExitStack) -> None:
    """Let every store's new data take the old data's place.

    Ctrl-C waits for it: broken off half way, some stores would stand at the backup's point and
    others at now.
    """
    rebuilt.close()


@contextmanager
def _old_data_serves_on_failure(servers: list[LocalServer]) -> Generator[None]:
    """When a restore fails or is refused, servers that had data run on it again."""
    running = [server for server in servers if server.process]
    try:
        yield
    except BaseException:
        for server in running:
            if server.has_data() and server.process is None:
                server.start()
        raise


def restore_into(recovery: Recovery, name: str, into: Location, confirmed: str) -> RestoreReport:
    """Restore one store into an existing server: restored aside first, then copied over.

    Raises:
        RefusedError: SW-TIER-005 when that server is not empty and the store's name was not
            confirmed; nothing was changed then.
        FindingsError: SW-BACKUP-013 when a backup is missing that this one builds on.
    """
    (store,) = _wanted(recovery, (name,))
    part, manifest = recovery.part(name), recovery.manifest
    engine = registry.load(part.engine)
    began = time.perf_counter()
    sandboxes = recovery.sandboxes(part)
    target = Target(name, into, store.patterns, sandboxes.programs)
    with ExitStack() as stack:
        client = engine.connect(target)
        stack.callback(client.close)
        is_empty = engine.require(COLLECTIONS, client).is_empty()
        if not is_empty:
            refuse_unconfirmed(f"overwrite {into.shown()}", name, confirmed)
        recovery.refuse_lost((name,))
        recovery.refuse_full_disk()
        recovery.progress.step(f"restoring {name} aside")
        place = stack.enter_context(sandboxes.place())
        copy = build(engine, recovery, part, place)
        source = engine.connect(sandboxes.start(place, part.details))
        stack.callback(source.close)
        copy.load(recovery.pieces(part), place, source)
        if not is_empty:
            engine.require(TRANSFER, client).clear()
        recovery.progress.step(f"copying {name} into {into.shown()}")
        engine.require(TRANSFER, source).copy_into(client)
    seconds = round(time.perf_counter() - began, 3)
    row = RestoredStore(name, part.engine, part.method, into.shown(), seconds)
    return RestoreReport(manifest.id, manifest.point.taken_at, (row,), (), (), seconds)


def _wanted(recovery: Recovery, names: tuple[str, ...]) -> tuple[Store, ...]:
    """The stores to restore.

    Raises:
        RefusedError: SW-RESTORE-002 for a store that the backup does not have.
    """
    stores = recovery.work.choose(names)
    held = {part.store for part in recovery.manifest.stores}
    missing = [store.name for store in stores if store.name not in held]
    if missing and names:
        raise RefusedError(
            "SW-RESTORE-002",
            attempted=f"restore {', '.join(missing)} from {recovery.manifest.id}",
            happened=f"that backup holds only {', '.join(sorted(held))}.",
            hint="Run `seawall backups` to find one that has it.",
        )
    return tuple(store for store in stores if store.name in held)


def _own_servers(recovery: Recovery, names: tuple[str, ...]) -> list[LocalServer]:
    return [_own_server(recovery.work, store) for store in _wanted(recovery, names)]


def _own_server(work: Workplace, store: Store) -> LocalServer:
    if store.url is not None:
        raise RefusedError(
            "SW-RESTORE-001",
            attempted=f"restore store `{store.name}` in its place",
            happened="it has a url: Seawall did not start that server.",
            hint=f"Name the server: `--store {store.name} --into URL`, and if it holds data"
            f" `--confirm {store.name}`.",
        )
    return work.local(store)
