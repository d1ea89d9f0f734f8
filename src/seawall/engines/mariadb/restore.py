"""`restore`: a data folder that stands exactly at the cut."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Final

from seawall.capabilities.restore import Pieces
from seawall.capabilities.server import RunTool
from seawall.engines.mariadb import base_backup, dump
from seawall.engines.mariadb.binlog import LogPlace
from seawall.engines.mariadb.client import MariadbClient
from seawall.engines.mariadb.note import Note, write_note
from seawall.engines.mariadb.private import private_server
from seawall.engines.mariadb.recipe import base_recipe, dump_recipe, replay_options
from seawall.engines.mariadb.server import initialize
from seawall.engines.mariadb.tools import LOAD, NO_OPTIONS, Workshop
from seawall.engines.mariadb.versions import major_of
from seawall.errors import FindingsError, RefusedError
from seawall.model.artifact import Role
from seawall.model.place import Place
from seawall.model.point import Cut
from seawall.model.target import Target

# What mariadb-backup notes beside the data, under its older and its newer names.
NOTES: Final = "*backup_*"
_SETTING: Final = "setting."


class RestoreBase:
    """A base and its log: the base is prepared, then the log is replayed on a private server.

    A base that holds only changes is applied to the one that it builds on.
    """

    def build(
        self,
        pieces: Pieces,
        place: Place,
        cut: Cut,
        details: tuple[tuple[str, str], ...],
        run: RunTool,
    ) -> None:
        """Unpack the base, let InnoDB recover it, replay up to the cut and not one event further."""
        del run  # What is run here takes input, or may take longer than a tool.
        known = dict(details)
        _refuse_other_major(place, known)
        workshop = _workshop(place)
        _unpack(workshop, pieces, place)
        note = _note(known, base_backup.METHOD)
        start, end = LogPlace.parse(known["log_start"]), LogPlace.parse(cut.position.text)
        if start != end or pieces.names(Role.DUMP):
            with (
                _log_files(pieces, place) as files,
                private_server(place, workshop, note, *replay_options(known)) as target,
            ):
                _replay(workshop, target, files, start, end)
                _load(workshop, target, pieces)
        write_note(place.data, note)

    def load(self, pieces: Pieces, place: Place, client: MariadbClient) -> None:
        """Nothing: the folder stands at the cut before its server is started."""

    def recipe(self, cut: Cut, details: tuple[tuple[str, str], ...]) -> str:
        """Unpack, prepare, start, replay."""
        return base_recipe(cut, dict(details))


class RestoreDump:
    """A dump: a new server, then everything is loaded into it."""

    def build(
        self,
        pieces: Pieces,
        place: Place,
        cut: Cut,
        details: tuple[tuple[str, str], ...],
        run: RunTool,
    ) -> None:
        """Make an empty server and load the scripts, on a socket that nobody else reaches."""
        del cut  # The dump is the cut.
        known = dict(details)
        _refuse_older_major(place, known)
        initialize(place, run)
        note = _note(known, dump.METHOD)
        workshop = _workshop(place)
        with private_server(place, workshop, note) as target:
            _load(workshop, target, pieces)
        write_note(place.data, note)

    def load(self, pieces: Pieces, place: Place, client: MariadbClient) -> None:
        """Nothing: all was loaded before."""

    def recipe(self, cut: Cut, details: tuple[tuple[str, str], ...]) -> str:
        """Make an empty server, then load the scripts into it."""
        del cut  # The dump is the cut.
        return dump_recipe(dict(details))


@contextmanager
def _log_files(pieces: Pieces, place: Place) -> Generator[list[Path]]:
    """The log's pieces as files, for as long as the context lasts."""
    with tempfile.TemporaryDirectory(prefix="log-", dir=place.folder) as folder:
        paths: list[Path] = []
        for name in pieces.names(Role.LOG):
            path = Path(folder) / PurePosixPath(name).name
            with path.open("xb") as file:
                file.writelines(pieces.read(name))
            paths.append(path)
        yield paths


def _replay(
    workshop: Workshop, target: Target, files: list[Path], start: LogPlace, end: LogPlace
) -> None:
    reader = replace(workshop, os_user=None)
    with (
        workshop.option_file(target) as login,
        reader.read(
            "mariadb-binlog",
            NO_OPTIONS,
            f"--start-position={start.offset}",
            f"--stop-position={end.offset}",
            *map(str, files),
        ) as statements,
    ):
        workshop.feed("mariadb", login, *LOAD, chunks=statements)


def _load(workshop: Workshop, target: Target, pieces: Pieces) -> None:
    with workshop.option_file(target) as login:
        for name in pieces.names(Role.DUMP):
            workshop.feed("mariadb", login, *LOAD, chunks=pieces.read(name))


def _unpack(workshop: Workshop, pieces: Pieces, place: Place) -> None:
    """Unpack the base with all that it builds on, and let InnoDB recover it to one instant."""
    prepare = (NO_OPTIONS, "--prepare", f"--target-dir={place.data}")
    whole, *increments = (*pieces.earlier(), pieces)
    _extract(workshop, whole, place.data)
    workshop.feed("mariadb-backup", *prepare)
    for each in increments:
        with tempfile.TemporaryDirectory(prefix="changes-", dir=place.folder) as folder:
            if place.os_user:
                os.chown(folder, place.os_user.uid, place.os_user.gid)
            _extract(workshop, each, Path(folder))
            workshop.feed("mariadb-backup", *prepare, f"--incremental-dir={folder}")
    for pattern in (NOTES, "backup-my.cnf"):
        for path in place.data.glob(pattern):
            path.unlink()


def _extract(workshop: Workshop, pieces: Pieces, folder: Path) -> None:
    for name in pieces.names(Role.BASE):
        workshop.feed("mbstream", "-x", "-C", str(folder), chunks=pieces.read(name))
    if not list(folder.glob(NOTES)):
        raise _damaged(workshop.store, "it does not say what it holds")


def _workshop(place: Place) -> Workshop:
    return Workshop(place.store, place.programs, place.folder, place.os_user)


def _note(known: dict[str, str], method: str) -> Note:
    return Note(
        database=known["database"],
        restored_from=method,
        unseen=tuple(known["unseen"].split()),
        settings={
            name.removeprefix(_SETTING): value
            for name, value in known.items()
            if name.startswith(_SETTING)
        },
    )


def _refuse_other_major(place: Place, known: dict[str, str]) -> None:
    wanted, here = major_of(known["server_version"]), major_of(place.programs.version)
    if here != wanted:
        series = ".".join(map(str, wanted))
        raise _other_version(place, f"a base of MariaDB {series} opens only with {series}")


def _refuse_older_major(place: Place, known: dict[str, str]) -> None:
    if major_of(place.programs.version) < major_of(known["server_version"]):
        version = known["server_version"]
        raise _other_version(place, f"a dump of MariaDB {version} needs that version or a newer")


def _other_version(place: Place, why: str) -> RefusedError:
    return RefusedError(
        "SW-MARIADB-005",
        attempted=f"restore store `{place.store}`",
        happened=f"{why}, and the programs here are {place.programs.version}.",
        hint="Install that version, or point SEAWALL_PROVIDER at its folder of programs.",
    )


def _damaged(store: str, what: str) -> FindingsError:
    return FindingsError(
        "SW-MARIADB-011",
        attempted=f"unpack the base of store `{store}`",
        happened=f"{what}.",
        hint="Run `seawall verify`, and restore another backup meanwhile.",
    )
