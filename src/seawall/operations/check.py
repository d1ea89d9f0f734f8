"""`check`: whether every store is reachable and every link holds now."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from seawall.capabilities import RECORDS
from seawall.capabilities.records import Records
from seawall.model.link import LinkResult
from seawall.operations.links import check_link
from seawall.operations.status import StoreStatus, read_status
from seawall.operations.workplace import Workplace
from seawall.servers.leases import lease


@dataclass(frozen=True)
class CheckReport:
    """What a look at the running tier shows.

    Attributes:
        stores: Reachability of each.
        links: Those whose stores are all reachable; writers may run, so a link between stores
            that change meanwhile may show breaks that no single instant had.
        not_checked: Links left out, with the reason.
    """

    stores: list[StoreStatus]
    links: list[LinkResult]
    not_checked: list[tuple[str, str]]

    @property
    def is_whole(self) -> bool:
        """Whether all is reachable and no link is broken."""
        return (
            all(store.is_reachable for store in self.stores)
            and not self.not_checked
            and not any(link.broken for link in self.links)
        )


def check_tier(work: Workplace) -> CheckReport:
    """Look at every store and check every link, live."""
    statuses = read_status(work)
    reachable = {status.store for status in statuses if status.is_reachable}
    results: list[LinkResult] = []
    not_checked: list[tuple[str, str]] = []
    with ExitStack() as stack:
        scratch = stack.enter_context(lease(work.home, "check"))
        readers: dict[str, Records] = {}
        for store in work.tier.stores:
            if store.name in reachable:
                client = stack.enter_context(work.open(store))
                readers[store.name] = work.engine(store).require(RECORDS, client)
        for link in work.tier.links:
            missing = {link.every.store, link.exists_in.store} - reachable
            if missing:
                not_checked.append((link.name, f"{', '.join(sorted(missing))} is not reachable"))
                continue
            with check_link(link, readers, scratch) as checked:
                results.append(checked.result())
    return CheckReport(statuses, results, not_checked)
