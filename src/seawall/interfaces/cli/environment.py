"""What the user's environment decides: the only place of the command line that reads it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from seawall.model.surroundings import Surroundings


def read_surroundings(environ: Mapping[str, str], is_root: bool) -> Surroundings:
    """The settings that come from outside the file.

    A folder that is not absolute is as good as none, as the XDG rules want it.
    """
    home = Path(environ.get("HOME") or _home_of_user())
    default = Path("/var/lib/seawall") if is_root else home / ".local/share/seawall"
    shared = Path(environ.get("SEAWALL_HOME") or "")
    config = Path(environ.get("XDG_CONFIG_HOME") or "")
    return Surroundings(
        provider=environ.get("SEAWALL_PROVIDER") or "",
        shared_home=shared if shared.is_absolute() else default,
        keys=(config if config.is_absolute() else home / ".config") / "seawall" / "keys",
    )


def _home_of_user() -> Path:
    """The home of a user without HOME; a container's nameless user has none that works."""
    try:
        return Path.home()
    except RuntimeError:
        return Path("/")


def current_surroundings() -> Surroundings:
    """The same, of this process."""
    return read_surroundings(os.environ, os.geteuid() == 0)
