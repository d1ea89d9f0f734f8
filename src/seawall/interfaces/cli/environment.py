"""What the user's environment decides: the only place of the command line that reads it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from seawall.model.secret import Secret
from seawall.model.surroundings import AmazonVariables, Surroundings
from seawall.servers.os_users import can_enter

# Set by Amazon's container services: the library behind the repository asks there for itself.
_ROLES: Final = (
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)


def read_surroundings(environ: Mapping[str, str], is_root: bool) -> Surroundings:
    """The settings that come from outside the file.

    A folder that is not absolute is as good as none, as the XDG rules want it.
    """
    home = Path(environ.get("HOME") or _home_of_user())
    default = Path("/var/lib/seawall") if is_root else home / ".local/share/seawall"
    cache = _absolute(environ.get("XDG_CACHE_HOME"), home / ".cache") / "seawall"
    if is_root and not can_enter(cache):
        # Servers run as another user, who could not reach their programs in there.
        cache = Path("/var/cache/seawall")
    return Surroundings(
        provider=environ.get("SEAWALL_PROVIDER") or "",
        shared_home=_absolute(environ.get("SEAWALL_HOME"), default),
        keys=_absolute(environ.get("XDG_CONFIG_HOME"), home / ".config") / "seawall" / "keys",
        programs=cache / "programs",
        amazon=_read_amazon(environ),
    )


def _read_amazon(environ: Mapping[str, str]) -> AmazonVariables:
    def secret(name: str) -> Secret | None:
        return Secret(environ[name]) if environ.get(name) else None

    return AmazonVariables(
        region=environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or "",
        key_id=secret("AWS_ACCESS_KEY_ID"),
        secret=secret("AWS_SECRET_ACCESS_KEY"),
        token=secret("AWS_SESSION_TOKEN"),
        has_role=any(environ.get(name) for name in _ROLES),
    )


def _absolute(value: str | None, default: Path) -> Path:
    path = Path(value or "")
    return path if path.is_absolute() else default


def _home_of_user() -> Path:
    """The home of a user without HOME; a container's nameless user has none that works."""
    try:
        return Path.home()
    except RuntimeError:
        return Path("/")


def current_surroundings() -> Surroundings:
    """The same, of this process."""
    return read_surroundings(os.environ, os.geteuid() == 0)
