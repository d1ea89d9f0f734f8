"""One `seawall.yaml` as values: everything has its default, every path is absolute."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from seawall.model.link import Link


@dataclass(frozen=True)
class SecretRef:
    """Where a secret is to be read: never the secret.

    Attributes:
        scheme: `env`, `file`, ...
        path: What follows `scheme://`: a variable's name, an absolute path, ...
        where: `file:line:column` of the reference, for messages.
    """

    scheme: str
    path: str
    where: str

    def __str__(self) -> str:
        return f"{self.scheme}://{self.path}"


@dataclass(frozen=True)
class Objectives:
    """What recovery is promised; None means nothing is promised.

    Attributes:
        rto_seconds: Longest time until the data is back.
        rpo_seconds: Longest time whose changes may be lost.
    """

    rto_seconds: float | None = None
    rpo_seconds: float | None = None


@dataclass(frozen=True)
class BackupPolicy:
    """How a store or the tier is to be backed up.

    Attributes:
        base: `hourly`, `daily` or `weekly`; `none` for a store that is not backed up.
        keep: (`daily` | `weekly` | `monthly`, how many) pairs.
    """

    base: str = "daily"
    keep: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Store:
    """One store of the file.

    Attributes:
        name: Lower-case letters, digits, `_` and `-`; starts with a letter; at most 40 long.
        engine: A name of the registry.
        url: Where it listens; None for a local server that `up` starts.
        patterns: (collection, key pattern) pairs for an engine without a schema.
        backup: Its own policy, or the tier's.
        objectives: Its own, or the tier's.
    """

    name: str
    engine: str
    url: SecretRef | None
    patterns: tuple[tuple[str, str], ...]
    backup: BackupPolicy
    objectives: Objectives

    @property
    def is_backed_up(self) -> bool:
        """Whether the file asks for a backup of this store."""
        return self.backup.base != "none"


@dataclass(frozen=True)
class ObjectStore:
    """How a service that speaks S3 is reached; all of it may be left to its defaults.

    Attributes:
        endpoint: Its URL; empty for Amazon's.
        region: Of the bucket; empty for the environment's.
        access_key_id: None for the environment's login.
        secret_access_key: Belongs to it.
        session_token: None for a lasting key.
        ca: PEM file with certificates that are trusted besides the system's, absolute.
    """

    endpoint: str = ""
    region: str = ""
    access_key_id: SecretRef | None = None
    secret_access_key: SecretRef | None = None
    session_token: SecretRef | None = None
    ca: Path | None = None


@dataclass(frozen=True)
class RepositoryCopy:
    """Another repository that copies of the backups may go to.

    Attributes:
        url: A folder's absolute path, or an object store's URL.
        store: How that is reached.
    """

    url: str
    store: ObjectStore


@dataclass(frozen=True)
class RepositorySettings:
    """Where backups live and who can read them.

    Attributes:
        url: A folder's absolute path, or an object store's URL.
        is_default: True when the file names none: it lies on the same disk as the data.
        recipients: age recipients (`age1...`) the file names.
        identity: The age identity; None for the default key file of the app.
        store: How the object store is reached.
        copies: Where `repository copy` may go besides folders.
    """

    url: str
    is_default: bool
    recipients: tuple[str, ...]
    identity: SecretRef | None
    store: ObjectStore = ObjectStore()
    copies: tuple[RepositoryCopy, ...] = ()


@dataclass(frozen=True)
class Tier:
    """Everything one file names.

    Attributes:
        app: The application's name; the folder's name where the file gives none.
        path: The file, absolute.
        stores: In the file's order.
        links: In the file's order.
        objectives: Of the whole tier.
        repository: Where backups live.
        backup: The tier's default policy.
        environment: Which of the file's environments this is; empty for none of them.
    """

    app: str
    path: Path
    stores: tuple[Store, ...]
    links: tuple[Link, ...]
    objectives: Objectives
    repository: RepositorySettings
    backup: BackupPolicy
    environment: str = ""

    def store(self, name: str) -> Store | None:
        """The store of that name, if the file has one."""
        return next((store for store in self.stores if store.name == name), None)
