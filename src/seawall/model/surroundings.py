"""What the machine and the user's environment decide, read once by an interface."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from seawall.model.secret import Secret


@dataclass(frozen=True)
class AmazonVariables:
    """What the usual AWS_* variables say of a login to object stores.

    Attributes:
        region: Empty when none is named.
        key_id: None, like the next, when no access key is named.
        secret: Belongs to it.
        token: Of a session.
        has_role: Whether they say where the machine's own role is to be asked for.
    """

    region: str = ""
    key_id: Secret | None = None
    secret: Secret | None = None
    token: Secret | None = None
    has_role: bool = False


@dataclass(frozen=True)
class Surroundings:
    """Settings that come from outside the file.

    Attributes:
        provider: Where programs must come from: a kind of source, a folder, or empty for any.
        shared_home: Holds state where a server's user cannot enter the file's folder.
        keys: Folder of the default age identities.
        programs: Holds the programs that were fetched; a server's user can enter it.
        amazon: The login to object stores, for files that name none.
    """

    provider: str
    shared_home: Path
    keys: Path
    programs: Path
    amazon: AmazonVariables = AmazonVariables()
