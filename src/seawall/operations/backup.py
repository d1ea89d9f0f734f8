"""`backup`: copy every store, end in one exact point, prove what was stored, then publish it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from seawall import __version__
from seawall.capabilities import STATUS
from seawall.errors import RefusedError
from seawall.model.fingerprint import Fingerprint
from seawall.model.manifest import FORMAT, Manifest, Phase, StoreBackup
from seawall.model.progress import Progress
from seawall.model.tier import Store
from seawall.operations.closing_point import OpenStore, TakenPoint, choose_fences, take_point
from seawall.operations.extent import ChooseExtent, Extent, copy_whole
from seawall.operations.proof import (
    open_views,
    readers_of,
    store_broken_links,
    store_fingerprint,
)
from seawall.operations.together import together
from seawall.operations.vault import TIER, Vault
from seawall.operations.workplace import Workplace
from seawall.repository.sink import ArtifactSink
from seawall.servers.homes import only_one
from seawall.servers.leases import lease


@dataclass
class _Copy:
    """One store's backup while it grows."""

    store: Store
    source: OpenStore
    extent: Extent
    version: str
    sink: ArtifactSink
    phases: list[Phase] = field(default_factory=list[Phase])
    fingerprint: Fingerprint | None = None
    fingerprint_why: str = ""

    @contextmanager
    def phase(self, name: str) -> Generator[None]:
        """Time one part of the work."""
        began = time.perf_counter()
        yield
        self.phases.append(Phase(name, round(time.perf_counter() - began, 3)))


def back_up(
    work: Workplace, vault: Vault, progress: Progress, choose: ChooseExtent = copy_whole
) -> Manifest:
    """Back up every store of the file that asks for it; all of them or none.

    Args:
        work: The tier.
        vault: Where the backup goes.
        progress: Told what goes on.
        choose: How much of each store is copied.

    Raises:
        RefusedError: SW-TIER-001 while another backup runs here; SW-BACKUP-001 when no store of
            the file is to be backed up.
    """
    stores = [store for store in work.tier.stores if store.is_backed_up]
    if not stores:
        raise RefusedError(
            "SW-BACKUP-001",
            attempted="back up the tier",
            happened="every store of the file says `backup: none`.",
            hint="Remove `backup: none` from the stores that are worth keeping.",
        )
    vault.check_keys()
    backup_id = new_id()
    with only_one(work.home, "backup"), ExitStack() as stack:
        stack.enter_context(_unfinished(work, vault, backup_id))
        meters = {each.name: vault.metered(progress, f"storing {each.name}") for each in stores}
        copies = [_open(stack, work, meters[each.name], backup_id, each, choose) for each in stores]
        together(copies, lambda copy: _copy_base(copy, progress))
        progress.step("taking one point over all stores")
        sources = [copy.source for copy in copies]
        tier_sink = vault.sink(backup_id, TIER)
        with take_point(sources, backup_id, choose_fences(sources)) as taken:
            together(copies, lambda copy: _copy_rest(copy, taken, progress))
            _prove(work, copies, taken, tier_sink, progress)
        progress.step("reading back what was stored")
        together(copies, lambda copy: _read_back(copy, vault, progress))
        vault.read_back(tier_sink.artifacts)
        return vault.publish(_draft(work, vault, copies, taken, tier_sink))


def new_id() -> str:
    """A name for people that sorts by time."""
    return f"b-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


@contextmanager
def _unfinished(work: Workplace, vault: Vault, backup_id: str) -> Generator[None]:
    """Leave nothing of a backup that fails, nor of one that was killed before.

    A note of the backup under way lies in the tier's folder. Its removal is the last act, so a note
    that is found tells of a killed backup; the lock on backups says that it is not under way.
    """
    notes = work.home / "unfinished"
    notes.mkdir(exist_ok=True)
    for note in notes.iterdir():
        vault.discard(note.name)
        note.unlink()
    (notes / backup_id).touch()
    try:
        yield
    except BaseException:
        vault.discard(backup_id)
        raise
    finally:
        (notes / backup_id).unlink()


def _open(
    stack: ExitStack,
    work: Workplace,
    vault: Vault,
    backup_id: str,
    store: Store,
    choose: ChooseExtent,
) -> _Copy:
    engine = work.engine(store)
    client = stack.enter_context(work.open(store))
    version = engine.require(STATUS, client).read().version
    extent = choose(store.name, engine, client)
    scratch = stack.enter_context(lease(work.home, f"backup-{store.name}"))
    sandboxes = work.sandboxes(store, version)
    session = stack.enter_context(extent.open(scratch, sandboxes))
    return _Copy(
        store=store,
        source=OpenStore(store.name, engine, client, session),
        extent=extent,
        version=version,
        sink=vault.sink(backup_id, store.name),
    )


def _copy_base(copy: _Copy, progress: Progress) -> None:
    progress.step(f"copying {copy.store.name} by {copy.extent.method}")
    with copy.phase("base"):
        copy.source.session.copy_base(copy.sink)


def _copy_rest(copy: _Copy, taken: TakenPoint, progress: Progress) -> None:
    progress.step(f"storing {copy.store.name} up to the point")
    with copy.phase("up to the point"):
        copy.source.session.copy_to(taken.cuts[copy.store.name], copy.sink)


def _prove(
    work: Workplace, copies: list[_Copy], taken: TakenPoint, sink: ArtifactSink, progress: Progress
) -> None:
    """Fingerprint every store at the point, and note which links were broken there."""
    key = secrets.token_bytes(32)
    with ExitStack() as stack:
        views = open_views(stack, taken.attempts)

        def fingerprint(copy: _Copy) -> None:
            progress.step(f"fingerprinting {copy.store.name} at the point")
            view = views[copy.store.name]
            with copy.phase("fingerprint"):
                copy.fingerprint = store_fingerprint(copy.source.engine, view, key, copy.sink)
                copy.fingerprint_why = view.why

        together(copies, fingerprint)
        progress.step("checking links at the point")
        engines = {copy.store.name: copy.source.engine for copy in copies}
        scratch = stack.enter_context(lease(work.home, "links"))
        store_broken_links(work.tier.links, readers_of(views, engines), scratch, sink)


def _read_back(copy: _Copy, vault: Vault, progress: Progress) -> None:
    metered = vault.metered(progress, f"reading back {copy.store.name}")
    with copy.phase("read back"):
        metered.read_back(copy.sink.artifacts)


def _draft(
    work: Workplace, vault: Vault, copies: list[_Copy], taken: TakenPoint, sink: ArtifactSink
) -> Manifest:
    return Manifest(
        format=FORMAT,
        number=0,
        id=taken.point.name,
        app=work.tier.app,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        previous="",
        writer=__version__,
        recipients=vault.recipients,
        point=taken.point,
        stores=tuple(_store_backup(copy, taken) for copy in copies),
        not_backed_up=tuple(store.name for store in work.tier.stores if not store.is_backed_up),
        tier_artifacts=sink.artifacts,
    )


def _store_backup(copy: _Copy, taken: TakenPoint) -> StoreBackup:
    return StoreBackup(
        store=copy.store.name,
        engine=copy.source.engine.name,
        server_version=copy.version,
        method=copy.extent.method,
        passed_over=copy.extent.passed_over,
        cut=taken.cuts[copy.store.name],
        details=copy.source.session.details(),
        records=copy.fingerprint.records if copy.fingerprint else -1,
        fingerprint_why=copy.fingerprint_why,
        artifacts=copy.sink.artifacts,
        phases=tuple(copy.phases),
        patterns=copy.store.patterns,
        builds_on=copy.extent.builds_on,
        copied_whole=copy.extent.copied_whole,
    )
