"""What keeps a restored copy of a server silent: options that win over everything restored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Mute:
    """One option of the command line, which nothing in the data can override.

    Attributes:
        name: The option.
        value: What it is forced to; empty for a switch.
        stops: What would go on otherwise.
    """

    name: str
    value: str
    stops: str


# Programs are given none of the options that a version lacks: `loose` makes it a warning there.
MUTE: Final = (
    Mute("skip-log-bin", "", "sending its own binary log to replicas"),
    Mute("skip-slave-start", "", "following the production primary"),
    # Not DISABLED: that would refuse the definitions of events as well.
    Mute("event-scheduler", "OFF", "events"),
    Mute("init-connect", "", "statements at each login"),
    Mute("init-slave", "", "the same for a replica"),
    Mute("local-infile", "0", "reading files of its clients"),
    Mute("skip-ssl", "", "stopping for a certificate that is not here"),
    Mute("general-log", "0", "writing logs outside of its folder"),
    Mute("slow-query-log", "0", "the same"),
    Mute("loose-wsrep-on", "OFF", "joining the production cluster"),
    Mute("loose-wsrep-provider", "none", "the same"),
    Mute("loose-rpl-semi-sync-master-enabled", "OFF", "waiting for replicas that are not ours"),
    Mute("loose-rpl-semi-sync-slave-enabled", "OFF", "acknowledging to the primary"),
    Mute("loose-feedback", "OFF", "reports about the server to its makers"),
)

# A restored server of the tier itself: it is not mute, but it must not act as its original.
RESTORED: Final = (Mute("skip-slave-start", "", "stealing changes as its original"),)


def mute_options(mutes: tuple[Mute, ...] = MUTE) -> list[str]:
    """The options as a command line takes them."""
    switches = {"skip-log-bin", "skip-slave-start", "skip-ssl"}
    return [
        f"--{mute.name}" if mute.name in switches else f"--{mute.name}={mute.value}"
        for mute in mutes
    ]
