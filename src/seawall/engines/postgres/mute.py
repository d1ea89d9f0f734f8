"""What keeps a restored copy of a server silent: settings that win over everything restored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Mute:
    """One setting of the command line, which no configuration file can override.

    Attributes:
        name: The setting.
        value: What it is forced to.
        stops: What would go on otherwise.
        since: First major version that knows the setting.
    """

    name: str
    value: str
    stops: str
    since: int = 14


MUTE: Final = (
    Mute("archive_mode", "off", "sending log segments to the production archive"),
    Mute("archive_command", "", "the same"),
    Mute("archive_library", "", "the same", since=15),
    Mute("archive_cleanup_command", "", "deleting from the production archive"),
    Mute("recovery_end_command", "", "a command at the end of recovery"),
    Mute("primary_conninfo", "", "following the production primary"),
    Mute("primary_slot_name", "", "using up a replication slot there"),
    Mute("synchronous_standby_names", "", "waiting for standbys that are not ours"),
    Mute("sync_replication_slots", "off", "fetching slots from the primary", since=17),
    Mute("max_logical_replication_workers", "0", "pulling subscriptions"),
    Mute("max_wal_senders", "0", "serving replicas"),
    Mute("shared_preload_libraries", "", "schedulers and other background workers (pg_cron, ...)"),
    Mute("session_preload_libraries", "", "libraries that act at each login"),
    Mute("local_preload_libraries", "", "the same"),
    Mute("event_triggers", "off", "triggers on login and on definitions", since=17),
    Mute("autovacuum", "off", "functions in index expressions that nobody called"),
    Mute("ssl", "off", "stopping for a certificate that is not here"),
    Mute("bonjour", "off", "announcing itself on the network"),
    Mute("logging_collector", "off", "writing logs outside of its folder"),
    Mute("log_destination", "stderr", "sending logs to the system's log"),
    Mute("external_pid_file", "", "overwriting a file of the production server"),
)

# A restored server of the tier itself: it is not mute, but it must not act as its original.
RESTORED: Final = (
    Mute("max_logical_replication_workers", "0", "stealing changes from the original's slots"),
)


def mute_settings(major: int, mutes: tuple[Mute, ...] = MUTE) -> dict[str, str]:
    """The settings that a major version knows."""
    return {mute.name: mute.value for mute in mutes if major >= mute.since}
