"""What a base and its log are told, so that a server replays up to the cut and no further."""

from __future__ import annotations

import sys
from typing import Final

from seawall.model.point import Cut

# What the source server was told, kept beside the data for people; nothing of it is in force:
# a copy must not archive, replicate, schedule or listen as its original does.
SET_ASIDE: Final = ("postgresql.conf", "postgresql.auto.conf", "pg_hba.conf", "pg_ident.conf")
SET_ASIDE_FOLDER: Final = "settings_of_the_source"
LEFT_OUT: Final = ("standby.signal", "recovery.signal", "postmaster.pid", "postmaster.opts")
_SETTING: Final = "setting."


def recovery_settings(cut: Cut) -> dict[str, str]:
    """Replay up to the cut and not one record further, then be an ordinary server.

    The log lies in `pg_wal` already, so there is no command that fetches it.
    """
    return {
        "restore_command": "'false'",
        "recovery_target_lsn": f"'{cut.position.text}'",
        "recovery_target_inclusive": "off",
        "recovery_target_action": "promote",
        "recovery_target_timeline": "current",
        # One call for the whole file system instead of one per file: a restored data folder may
        # have a hundred thousand of them.
        "recovery_init_sync_method": "syncfs" if sys.platform == "linux" else "fsync",
    }


def needed_settings(details: dict[str, str]) -> dict[str, str]:
    """Limits of the source without which its log cannot be replayed."""
    return {
        name.removeprefix(_SETTING): value
        for name, value in details.items()
        if name.startswith(_SETTING)
    }


def format_settings(settings: dict[str, str]) -> str:
    """Settings as lines of a configuration file."""
    return "".join(f"{name} = {value}\n" for name, value in settings.items())
