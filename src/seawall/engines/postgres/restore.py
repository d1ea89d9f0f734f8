"""`restore`: a data folder that stands exactly at the cut."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path, PurePosixPath

from seawall.capabilities.restore import Pieces
from seawall.capabilities.server import RunTool
from seawall.engines.postgres import base_backup, dump
from seawall.engines.postgres.client import PostgresClient
from seawall.engines.postgres.loading import load_dump
from seawall.engines.postgres.note import Note, read_note, write_note
from seawall.engines.postgres.recipe import base_recipe, dump_recipe
from seawall.engines.postgres.recovery import (
    LEFT_OUT,
    SET_ASIDE,
    SET_ASIDE_FOLDER,
    format_settings,
    needed_settings,
    recovery_settings,
)
from seawall.engines.postgres.roles import create_roles
from seawall.engines.postgres.server import initialize, major_of, set_login
from seawall.engines.postgres.unpack import unpack
from seawall.errors import RefusedError
from seawall.model.artifact import Role
from seawall.model.place import Place
from seawall.model.point import Cut


class RestoreBase:
    """A base and its log: PostgreSQL itself replays up to the cut when it is started."""

    def build(
        self,
        pieces: Pieces,
        place: Place,
        cut: Cut,
        details: tuple[tuple[str, str], ...],
        run: RunTool,
    ) -> None:
        """Unpack the base, put the log beside it, and say where to stop."""
        del run  # Nothing runs before the server itself.
        known = dict(details)
        _refuse_other_major(place, known)
        for name in pieces.names(Role.BASE):
            unpack(pieces.read(name), place.data)
        log = place.data / "pg_wal"
        log.mkdir(exist_ok=True, mode=0o700)
        for name in pieces.names(Role.LOG):
            with (log / PurePosixPath(name).name).open("xb") as file:
                file.writelines(pieces.read(name))
        _set_aside(place.data)
        _order_recovery(place.data, cut)
        write_note(place.data, _note(known, base_backup.METHOD))

    def load(self, pieces: Pieces, place: Place, client: PostgresClient) -> None:
        """Nothing: the server has replayed the log before it let anyone in."""

    def recipe(self, cut: Cut, details: tuple[tuple[str, str], ...]) -> str:
        """Unpack the base, put the log beside it, say where to stop, start."""
        return base_recipe(cut, dict(details))


class RestoreDump:
    """A dump: a new cluster, then everything is loaded into it."""

    def build(
        self,
        pieces: Pieces,
        place: Place,
        cut: Cut,
        details: tuple[tuple[str, str], ...],
        run: RunTool,
    ) -> None:
        """Make an empty cluster whose first superuser is named as the source's."""
        del pieces, cut  # The dump is the cut.
        known = dict(details)
        _refuse_older_major(place, known)
        initialize(place, run, _note(known, dump.METHOD))

    def load(self, pieces: Pieces, place: Place, client: PostgresClient) -> None:
        """Create the roles, then the database with all it holds."""
        note = read_note(place.data)
        roles = b"".join(pieces.read(dump.GLOBALS)).decode()
        session = client.open_session("template1")
        try:
            create_roles(session, roles, altered=frozenset({note.superuser}))
            set_login(session, note, place.password)
        finally:
            session.close()
        # The database is dropped and created anew: nobody may be connected to it.
        client.close()
        with tempfile.TemporaryDirectory(prefix="seawall-restore-") as folder:
            load_dump(
                client.target,
                Path(folder),
                major_of(place),
                "--create",
                "--clean",
                "--if-exists",
                "--dbname=template1",
                chunks=pieces.read(dump.DUMP),
            )

    def recipe(self, cut: Cut, details: tuple[tuple[str, str], ...]) -> str:
        """Make an empty cluster, then load roles and dump into it."""
        del cut  # The dump is the cut.
        return dump_recipe(dict(details))


def _note(known: dict[str, str], method: str) -> Note:
    settings = needed_settings(known) if method == base_backup.METHOD else {}
    superuser, database = known["superuser"], known["database"]
    return Note(superuser, superuser, database, method, settings)


def _set_aside(data: Path) -> None:
    folder = data / SET_ASIDE_FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    for name in SET_ASIDE:
        if (data / name).exists():
            (data / name).rename(folder / name)
    for name in LEFT_OUT:
        (data / name).unlink(missing_ok=True)


def _order_recovery(data: Path, cut: Cut) -> None:
    (data / "recovery.signal").touch(mode=0o600)
    (data / "postgresql.conf").write_text("# Written by Seawall's restore: all by default.\n")
    (data / "postgresql.auto.conf").write_text(
        "# Written by Seawall's restore; without effect once the server has been promoted.\n"
        + format_settings(recovery_settings(cut))
    )


def _refuse_other_major(place: Place, known: dict[str, str]) -> None:
    wanted = int(known["server_version"].split(".", maxsplit=1)[0])
    if major_of(place) != wanted:
        raise _other_version(place, f"a base of PostgreSQL {wanted} opens only with {wanted}")


def _refuse_older_major(place: Place, known: dict[str, str]) -> None:
    wanted = int(known["server_version"].split(".", maxsplit=1)[0])
    if major_of(place) < wanted:
        raise _other_version(place, f"a dump of PostgreSQL {wanted} needs {wanted} or newer")


def _other_version(place: Place, why: str) -> RefusedError:
    return RefusedError(
        "SW-POSTGRES-006",
        attempted=f"restore store `{place.store}`",
        happened=f"{why}, and the programs here are {place.programs.version}.",
        hint="Install that version, or point SEAWALL_PROVIDER at its folder of programs.",
    )
