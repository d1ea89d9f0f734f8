"""A file without mistakes, made a tier: defaults filled in, paths absolute."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal

import msgspec

from seawall.datafile.duration import read_seconds
from seawall.datafile.environments import ENVIRONMENTS
from seawall.datafile.mistake import KeyPath
from seawall.datafile.names import legal_name
from seawall.datafile.tree import Tree
from seawall.model.link import Fields, Link
from seawall.model.tier import (
    BackupPolicy,
    Objectives,
    ObjectStore,
    RepositoryCopy,
    RepositorySettings,
    SecretRef,
    Store,
    Tier,
)

_DEFAULT_REPOSITORY: Final = ".seawall/repository"
_DEFAULT_APP: Final = "app"
_FILE_SCHEME: Final = "file://"


class _Objectives(msgspec.Struct, frozen=True):
    rto: str | None = None
    rpo: str | None = None


class _Backup(msgspec.Struct, frozen=True):
    base: str | None = None
    keep: dict[str, float] | None = None


class _Copy(msgspec.Struct, frozen=True):
    url: str
    endpoint: str = ""
    region: str = ""
    ca: str = ""


class _Repository(msgspec.Struct, frozen=True):
    url: str | None = None
    recipients: tuple[str, ...] = ()
    endpoint: str = ""
    region: str = ""
    ca: str = ""
    copies: tuple[_Copy, ...] = ()


class _Store(msgspec.Struct, frozen=True):
    engine: str
    collections: dict[str, str] = {}
    backup: _Backup | Literal["none"] = _Backup()
    objectives: _Objectives = _Objectives()


class _End(msgspec.Struct, frozen=True):
    store: str
    collection: str
    fields: tuple[str, ...]


class _Link(msgspec.Struct, frozen=True):
    every: str | _End
    exists_in: str | _End


class _File(msgspec.Struct, frozen=True):
    stores: dict[str, _Store]
    app: str | None = None
    links: tuple[_Link, ...] = ()
    objectives: _Objectives = _Objectives()
    repository: _Repository = _Repository()
    backup: _Backup = _Backup()


def to_tier(root: Tree, path: Path, environment: str = "") -> Tier:
    """The tier of a file that has no mistake.

    Args:
        root: Its values, the environment's over the rest.
        path: Absolute.
        environment: Its name; empty for none.
    """
    file = msgspec.convert(root.data, _File)
    objectives = _to_objectives(file.objectives, Objectives())
    backup = _to_policy(file.backup, BackupPolicy())
    stores = tuple(
        Store(
            name=name,
            engine=store.engine,
            url=_secret_ref(root, ("stores", name, "url"), path),
            patterns=tuple(store.collections.items()),
            backup=_to_policy(store.backup, backup),
            objectives=_to_objectives(store.objectives, objectives),
        )
        for name, store in file.stores.items()
    )
    links = tuple(Link(_to_fields(link.every), _to_fields(link.exists_in)) for link in file.links)
    return Tier(
        app=file.app or legal_name(path.parent.name) or _DEFAULT_APP,
        path=path,
        stores=stores,
        links=links,
        objectives=objectives,
        repository=_of_environment(_to_repository(file.repository, root, path), root, environment),
        backup=backup,
        environment=environment,
    )


def _to_objectives(written: _Objectives, default: Objectives) -> Objectives:
    return Objectives(
        rto_seconds=read_seconds(written.rto) if written.rto else default.rto_seconds,
        rpo_seconds=read_seconds(written.rpo) if written.rpo else default.rpo_seconds,
    )


def _to_policy(written: _Backup | Literal["none"], default: BackupPolicy) -> BackupPolicy:
    if not isinstance(written, _Backup):
        return BackupPolicy(base="none")
    keep = default.keep
    if written.keep is not None:
        keep = tuple((unit, int(count)) for unit, count in written.keep.items())
    return BackupPolicy(base=written.base or default.base, keep=keep)


def _to_repository(written: _Repository, root: Tree, path: Path) -> RepositorySettings:
    here: KeyPath = ("repository",)
    return RepositorySettings(
        url=_to_place(written.url or _DEFAULT_REPOSITORY, path),
        is_default=written.url is None,
        recipients=written.recipients,
        identity=_secret_ref(root, (*here, "identity"), path),
        store=_to_store(written, root, here, path),
        copies=tuple(
            RepositoryCopy(
                _to_place(copy.url, path), _to_store(copy, root, (*here, "copies", index), path)
            )
            for index, copy in enumerate(written.copies)
        ),
    )


def _of_environment(
    settings: RepositorySettings, root: Tree, environment: str
) -> RepositorySettings:
    """Where two environments would share a repository, each has a folder of its own in it."""
    if not environment or root.at(ENVIRONMENTS, environment, "repository", "url"):
        return settings
    return replace(settings, url=f"{settings.url}/{environment}")


def _to_place(url: str, path: Path) -> str:
    place = url.removeprefix(_FILE_SCHEME)
    return place.rstrip("/") if "://" in place else os.path.normpath(path.parent / place)


def _to_store(written: _Repository | _Copy, root: Tree, place: KeyPath, path: Path) -> ObjectStore:
    return ObjectStore(
        endpoint=written.endpoint.rstrip("/"),
        region=written.region,
        access_key_id=_secret_ref(root, (*place, "access_key_id"), path),
        secret_access_key=_secret_ref(root, (*place, "secret_access_key"), path),
        session_token=_secret_ref(root, (*place, "session_token"), path),
        ca=Path(os.path.normpath(path.parent / written.ca)) if written.ca else None,
    )


def _secret_ref(root: Tree, place: KeyPath, path: Path) -> SecretRef | None:
    value = root.at(*place)
    if value is None or value.text is None:
        return None
    scheme, _, rest = value.text.partition("://")
    return SecretRef(scheme, rest, f"{path.name}:{value.spot.line}:{value.spot.column}")


def _to_fields(end: str | _End) -> Fields:
    if isinstance(end, _End):
        return Fields(end.store, end.collection, end.fields)
    store, *collection, field = end.split(".")
    return Fields(store, ".".join(collection), (field,))
