"""`check`: whether every store is reachable and every link holds now."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from seawall.capabilities import RECORDS
from seawall.capabilities.records import Records
from seawall.operations.links import CheckedLinks, check_links
from seawall.operations.status import StoreStatus, read_status
from seawall.operations.workplace import Workplace
from seawall.servers.leases import lease


@dataclass(frozen=True)
class CheckReport:
    """What a look at the running tier shows.

    Attributes:
        stores: Reachability of each.
        checked: Links; writers may run, so one between stores that change meanwhile may show
            breaks that no single instant had.
    """

    stores: list[StoreStatus]
    checked: CheckedLinks

    @property
    def is_whole(self) -> bool:
        """Whether all is reachable and no link is broken."""
        return (
            all(store.is_reachable for store in self.stores)
            and not self.checked.not_checked
            and not self.checked.broken
        )


def check_tier(work: Workplace) -> CheckReport:
    """Look at every store and check every link, live."""
    statuses = read_status(work)
    reachable = {status.store for status in statuses if status.is_reachable}
    with ExitStack() as stack:
        scratch = stack.enter_context(lease(work.home, "check"))
        readers: dict[str, Records] = {}
        for store in work.tier.stores:
            if store.name in reachable:
                client = stack.enter_context(work.open(store))
                readers[store.name] = work.engine(store).require(RECORDS, client)
        checked = check_links(work.tier.links, readers, scratch)
    return CheckReport(statuses, checked)
